// node examples/try-on.mjs person.jpg garment.png: makes a try-on, and writes try-on.jpg.
// Set WEARON_URL and WEARON_API_KEY. In your own project the import is "@wearon/client".
import { readFile, writeFile } from "node:fs/promises";
import { GenerationFailedError, WearOn, WearOnError } from "../dist/esm/index.js";

const [person, garment] = process.argv.slice(2);
const wearon = new WearOn({ apiKey: process.env.WEARON_API_KEY, baseUrl: process.env.WEARON_URL });

try {
  const generation = await wearon.tryOn({
    person: await readFile(person),
    garment: await readFile(garment),
    ageVerified: true,
    onProgress: (progress) => console.log(progress),
  });
  await writeFile("try-on.jpg", await wearon.downloads.get(generation));
  console.log("try-on.jpg is yours until", generation.images_expire_at);
} catch (error) {
  if (error instanceof GenerationFailedError) {
    console.error(`For the shopper: ${error.message} (${error.code}; the credit comes back)`);
  } else if (error instanceof WearOnError) {
    console.error(`${error.code}: ${error.message} Request id: ${error.requestId}`);
  } else {
    throw error;
  }
  process.exitCode = 1;
}
