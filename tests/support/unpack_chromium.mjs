// Unpacks the Chromium of the npm package into TMPDIR, as the package itself does on a server without a browser.
// The package decides by this variable whether the shared libraries (NSS and friends) are unpacked too; we want them.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";

const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
