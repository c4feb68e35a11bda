import { first } from "../../../lib/it's $pecial";

export const GET = () => Response.json(first());
