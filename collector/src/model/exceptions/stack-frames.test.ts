import { expect, test } from "vitest";
import { parseFrames } from "./stack-frames.ts";

/** Own frames are marked with a star. */
function check(stack: string, frames: readonly string[]): void {
  expect(
    parseFrames(stack).map(({ function: name, file, isOwn }) => `${isOwn ? "* " : ""}${name} ${file}`.trimEnd()),
  ).toEqual(frames);
}

test("JavaScript: V8, with async, constructors, modules of packages and of Node", () => {
  check(
    `CardNetworkError: cannot reach the card network (again)
    at CardNetwork.authorize (file:///app/src/payments/card-network.ts:42:17)
    at async Object.charge (/app/src/charge.ts:7:3)
    at new Cart (C:\\shop\\cart.js:1:2)
    at async file:///app/src/main.mjs:3:1
    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at Array.map (<anonymous>)
    at run (/app/src/run.js:1:1) {
  code: 'X'
}`,
    [
      "* CardNetwork.authorize card-network.ts",
      "* Object.charge charge.ts",
      "* Cart cart.js",
      "*  main.mjs",
      "Layer.handle [as handle_request] layer.js",
      "process.processTicksAndRejections task_queues",
      "Array.map <anonymous>",
      "* run run.js",
    ],
  );
});

test("JavaScript: Firefox and Safari, bundles with hashes", () => {
  check("add@https://shop.example/assets/cart.3f9a2b1c.js:10:5\n@https://shop.example/main-9fe301bd.js?v=1:1:1", [
    "* add cart.#.js",
    "*  main-#.js",
  ]);
});

test("Java: modules, lambdas, proxies, causes left out", () => {
  check(
    `java.lang.IllegalStateException: no stock
	at com.acme.shop.Cart.add(Cart.java:42)
	at com.acme.shop.Cart.lambda$addAll$3(Cart.java:50)
	at com.acme.shop.Cart$$EnhancerBySpringCGLIB$$5f3a2b1c.add(<generated>)
	at java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
	at app//org.springframework.web.Servlet.run(Servlet.java:1)
	at java.base/java.lang.reflect.Method.invoke(Native Method)
	... 12 more
Caused by: java.io.IOException: other
	at com.acme.shop.Disk.read(Disk.java:1)`,
    [
      "* com.acme.shop.Cart.add Cart.java",
      "* com.acme.shop.Cart.lambda$addAll$# Cart.java",
      "* com.acme.shop.Cart$$CGLIB.add",
      "java.util.ArrayList.forEach ArrayList.java",
      "org.springframework.web.Servlet.run Servlet.java",
      "java.lang.reflect.Method.invoke",
    ],
  );
});

test("Python: the latest call stands last, the last trace counts", () => {
  check(
    `Traceback (most recent call last):
  File "/app/store.py", line 1, in read
    return rows[key]
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch_request
    rv = self.dispatch_request()
  File "/app/cart.py", line 42, in add
    raise ValueError("no stock")
ValueError: no stock`,
    ["* add cart.py", "full_dispatch_request app.py"],
  );
});

test("Go: functions with the file on the next line", () => {
  check(
    `goroutine 17 [running]:
runtime/debug.Stack()
	/usr/local/go/src/runtime/debug/stack.go:24 +0x5e
panic({0x4b1c60?, 0xc000012345?})
	/usr/local/go/src/runtime/panic.go:770 +0x132
main.(*Cart).Add(0xc0000b2000, {0x4c5f1a, 0x3})
	/app/cart.go:42 +0x1d4
main.handle.func1()
	/app/main.go:12 +0x3f
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3285 +0x4b4

goroutine 1 [chan receive]:
main.main()
	/app/main.go:3 +0x1`,
    [
      "runtime/debug.Stack stack.go",
      "panic panic.go",
      "* main.(*Cart).Add cart.go",
      "* main.handle.func# main.go",
      "net/http.(*Server).Serve server.go",
    ],
  );
});

test(".NET: with and without files, async methods", () => {
  check(
    `System.InvalidOperationException: no stock
   at Acme.Shop.Cart.Add(String item, Int32 count) in /src/Shop/Cart.cs:line 42
   at Acme.Shop.Cart.<AddAll>d__5.MoveNext() in C:\\src\\Cart.cs:line 50
--- End of stack trace from previous location ---
   at System.Runtime.CompilerServices.TaskAwaiter.ThrowForNonSuccess(Task task)
   at Acme.Shop.Program..ctor()`,
    [
      "* Acme.Shop.Cart.Add Cart.cs",
      "* Acme.Shop.Cart.AddAll Cart.cs",
      "System.Runtime.CompilerServices.TaskAwaiter.ThrowForNonSuccess",
      "* Acme.Shop.Program..ctor",
    ],
  );
});

test("Ruby: both forms of quotes, blocks and gems", () => {
  check(
    `/app/cart.rb:42:in \`add': no stock (RuntimeError)
	from /app/cart.rb:50:in 'block in Cart#add_all'
	from /usr/lib/ruby/gems/3.3.0/gems/rack-3.0/lib/rack/builder.rb:10:in \`call'`,
    ["* add cart.rb", "* Cart#add_all cart.rb", "call builder.rb"],
  );
});

test("PHP: numbered frames", () => {
  check(
    `#0 /app/src/Cart.php(42): Shop\\Cart->add('x', 3)
#1 [internal function]: Shop\\{closure}(Array)
#2 /app/vendor/symfony/http-kernel/HttpKernel.php(163): Shop\\Front->handle(Object(Request))
#3 {main}`,
    ["* Shop\\Cart->add Cart.php", "Shop\\{closure}", "Shop\\Front->handle HttpKernel.php"],
  );
});

test("texts that are no traces have no frames", () => {
  check("", []);
  check("at noon we met (see: notes)\nat home\n# 1 title\na@b.example: hello", []);
});

test("long and hostile texts take little time", () => {
  const before = process.cpuUsage();
  for (const line of [
    "at " + "a.".repeat(499),
    "a@/" + ":1".repeat(498),
    "at " + "(".repeat(990),
    `  File "${'", line 1'.repeat(100)}`,
    "#0 " + "(1): ".repeat(190),
  ])
    parseFrames(`${line}\n`.repeat(1000));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(1000);
});
