// A script that prints a line and ends: by itself, or with process.exit() when it gets an exit code.
console.log("script line");
if (process.argv[2] !== undefined) process.exit(Number(process.argv[2]));
