import ffmpeg from 'fluent-ffmpeg'

export function render(source: string, output: string) {
  return new Promise<void>((resolve, reject) => {
    ffmpeg(source).size('1280x720').on('end', () => resolve()).on('error', reject).save(output)
  })
}
