// Validates the objects of JSON files with the schemas of kubernetes-models. Exit code 1 names every error.
import { readFileSync } from 'node:fs';

const PACKAGES = {
  'keda.sh': '@kubernetes-models/keda/',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api/',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/',
};

let failed = false;
for (const file of process.argv.slice(2)) {
  for (const object of JSON.parse(readFileSync(file))) {
    const name = `${file}: ${object.apiVersion} ${object.kind} ${object.metadata.name}`;
    try {
      const from = PACKAGES[object.apiVersion.split('/')[0]] ?? 'kubernetes-models/';
      const { [object.kind]: Kind } = await import(from + object.apiVersion + '/' + object.kind);
      new Kind(object).validate();
      console.log(name);
    } catch (error) {
      failed = true;
      console.log(`${name}\n  ${error.message}`);
    }
  }
}
process.exit(failed ? 1 : 0);
