// Stands in for the types of `next`: tsconfig.json leads the import here.
import type { IncomingMessage, ServerResponse } from "node:http";

export interface NextApiRequest extends IncomingMessage {
  query: Partial<Record<string, string | string[]>>;
  cookies: Partial<Record<string, string>>;
  // As in Next.js, the caller knows what it is.
  body: any;
  preview?: boolean;
  previewData?: any;
  draftMode?: boolean;
  env: NodeJS.ProcessEnv;
}

export interface NextApiResponse<Data = any> extends ServerResponse {
  send(body: Data): void;
  json(body: Data): void;
  status(code: number): this;
  redirect(url: string): this;
  redirect(status: number, url: string): this;
  setDraftMode(options?: { enable: boolean }): this;
  setPreviewData(data: unknown, options?: object): this;
  clearPreviewData(options?: object): this;
  revalidate(path: string, options?: object): Promise<void>;
}

export type NextApiHandler<Data = any> = (
  req: NextApiRequest,
  res: NextApiResponse<Data>,
) => unknown | Promise<unknown>;

export interface PageConfig {
  api?: {
    bodyParser?: { sizeLimit?: number | string } | boolean;
    responseLimit?: number | string | boolean;
    externalResolver?: boolean;
  };
  runtime?: string;
  maxDuration?: number;
  regions?: string[];
}
