// usage: node loader_hub.mjs SOW FOLDER…
// Each FOLDER is a repository as @huggingface/hub's parseSafetensorsMetadata sees one; what it finds in the
// headers must be what `sow inspect` finds. Requests are answered from the disk.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseSafetensorsMetadata } from "@huggingface/hub";

const [sow, ...folders] = process.argv.slice(2);

// The part of the Hub's protocol that the library uses to read files.
function serve(folder) {
  const server = createServer((request, response) => {
    const path = `${folder}/${request.url.split(/\/(?:raw|resolve)\/main\//)[1]}`;
    if (!existsSync(path)) return response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const bytes = readFileSync(path);
    const headers = { etag: '"1"', "accept-ranges": "bytes" };
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    if (!range) return response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : bytes);
    const first = Number(range[1]);
    const last = Math.min(range[2] === "" ? Infinity : Number(range[2]), bytes.length - 1);
    headers["content-range"] = `bytes ${first}-${last}/${bytes.length}`;
    response.writeHead(206, headers).end(bytes.subarray(first, last + 1));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

let failed = false;
for (const folder of folders) {
  const server = await serve(folder);
  const hubUrl = `http://127.0.0.1:${server.address().port}`;
  const found = await parseSafetensorsMetadata({ repo: "sow/test", hubUrl });
  const headers = found.sharded ? Object.values(found.headers) : [found.header];
  const theirs = headers
    .flatMap((header) => Object.entries(header).filter(([name]) => name !== "__metadata__"))
    .map(([name, { dtype, shape }]) => JSON.stringify([name, dtype, shape]))
    .sort();
  const ours = JSON.parse(execFileSync(sow, ["inspect", folder, "--format", "json"], { maxBuffer: 1 << 28 }))
    .tensors.map(({ name, dtype, shape }) => JSON.stringify([name, dtype, shape]))
    .sort();
  const equal = JSON.stringify(theirs) === JSON.stringify(ours) && ours.length > 0;
  const kind = found.sharded ? "sharded" : "one file";
  console.log(`${folder}: ${kind}, ${ours.length} tensors, ${equal ? "equal" : "NOT equal"}`);
  failed ||= !equal;
  server.closeAllConnections();
  server.close();
}
process.exit(failed ? 1 : 0);
