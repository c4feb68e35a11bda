import ffmpeg from 'fluent-ffmpeg';

export function transcode(input: string, output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    ffmpeg(input) // warning: [heavy-work]
      .output(output)
      .on('end', () => resolve())
      .on('error', reject)
      .run();
  });
}
