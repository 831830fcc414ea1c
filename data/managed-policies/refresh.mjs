// Prints the newest version of every AWS managed policy, gzipped: `node refresh.mjs FOLDER-OF-THE-PACKAGE`.
// A line each, by ARN: {"arn": …, "version": …, "document": …}
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const policies = Object.values(JSON.parse(readFileSync(`${process.argv[2]}/dist/managedPolicies.json`, "utf8")));
const line = ({ arn, latestVersionId, versions }) => {
  const { document } = versions[latestVersionId];
  return JSON.stringify({ arn, version: latestVersionId, document });
};
const lines = policies.sort((a, b) => (a.arn < b.arn ? -1 : 1)).map(line);
process.stdout.write(gzipSync(lines.join("\n") + "\n", { level: 9 }));
