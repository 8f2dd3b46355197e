// graphql-js as Debian installs it (package node-graphql). Found by its place, so that any build of Node can use it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

process.env.NODE_ENV ??= 'production';
const debian = '/usr/share/nodejs/graphql';
export const graphql = createRequire(import.meta.url)(existsSync(debian) ? debian : 'graphql');
