//! What `doctor --oauth` says of a server, and of what proxies do to one.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
};

use serde_json::Value;

use crate::{
    program::{Home, Running},
    simulated::home_with_tenant,
};

/// What a proxy does to a request before it hands it on: an answer of its own, or the path that it hands on.
type Before = fn(method: &str, path: &str) -> Result<String, &'static str>;
/// What it does to the head of an answer.
type After = fn(head: &str) -> String;

#[expect(clippy::unnecessary_wraps, reason = "one of many that a proxy may do")]
fn as_it_comes(_: &str, path: &str) -> Result<String, &'static str> {
    Ok(path.to_owned())
}

/// A proxy that closes each connection after its answer.
struct Proxy(TcpListener);

impl Proxy {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn origin(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Stands in front of a server until the test ends.
    fn before(self, server: &Running, before: Before, after: After) -> String {
        let origin = self.origin();
        let target = server
            .told("url")
            .trim_start_matches("http://")
            .trim_end_matches("/mcp")
            .to_owned();
        std::thread::spawn(move || {
            for caller in self.0.incoming() {
                // A caller that hangs up early is its own fault.
                pass(caller.unwrap(), &target, before, after).ok();
            }
        });
        origin
    }
}

fn pass(mut caller: TcpStream, target: &str, before: Before, after: After) -> std::io::Result<()> {
    let mut reader = BufReader::new(caller.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = match before(method, path) {
        Ok(path) => path,
        Err(own) => return caller.write_all(format!("HTTP/1.1 {own}").as_bytes()),
    };
    let mut server = TcpStream::connect(target)?;
    server.write_all(format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n{head}\r\n").as_bytes())?;
    server.write_all(&body)?;
    let mut answer = String::new();
    server.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    caller.write_all(format!("{}\r\n\r\n{body}", after(head)).as_bytes())
}

/// An answer without the headers of these names.
fn without(head: &str, names: &[&str]) -> String {
    let kept = head.split("\r\n").filter(|line| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !names.contains(&name.as_str())
    });
    kept.collect::<Vec<_>>().join("\r\n")
}

fn serve(home: &Home) -> Running {
    Running::start(home, &["serve", "--port", "0", "--output", "json"])
}

/// The findings, each as `verdict check: message remedy`.
fn findings(home: &Home, url: &str) -> (Option<i32>, Vec<String>) {
    let ended = home.run(&["doctor", "--oauth", url, "--output", "json"]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let told = report["checks"].as_array().unwrap().iter().map(|finding| {
        let word = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {}: {} {}",
            word("verdict"),
            word("check"),
            word("message"),
            word("mend")
        )
    });
    assert_eq!(report["ok"], Value::Bool(ended.code == Some(0)), "{report}");
    (ended.code, told.collect())
}

#[track_caller]
fn passes(home: &Home, url: &str) {
    let (code, told) = findings(home, url);
    assert_eq!(code, Some(0), "{url}: {told:#?}");
    assert_eq!(told.len(), 8, "{told:#?}");
    for finding in &told {
        assert!(finding.starts_with("ok "), "{url}: {finding}");
    }
}

#[track_caller]
fn fails(home: &Home, url: &str, expected: &[&str]) {
    let (code, told) = findings(home, url);
    assert_eq!(code, Some(1), "{url}: {told:#?}");
    for words in expected {
        let found = told
            .iter()
            .any(|finding| finding.starts_with("failed ") && finding.contains(words));
        assert!(found, "{url}: {words:?} is not in {told:#?}");
    }
}

#[test]
fn a_server_that_can_be_connected_to_passes_every_step() {
    let (home, _simulator) = home_with_tenant();
    let server = serve(&home);
    let url = server.told("url").to_owned();
    passes(&home, &url);
    for path in ["/", "/readonly", "/x/orders,shipments", "/text"] {
        passes(&home, &format!("{url}{path}"));
    }
    let proxy = Proxy::new().before(&server, as_it_comes, str::to_owned);
    passes(&home, &format!("{proxy}/mcp"));

    // It needs no settings of the server, and is told in words too.
    let told = Home::new().run(&["doctor", "--oauth", &url]).ok();
    for words in [
        "ok      address: ",
        "ok      sign-in page: ",
        "orderdesk-mcp doctor",
        "is forgotten",
    ] {
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
}

#[test]
fn a_wrong_address_and_wrong_settings_are_told() {
    let (mut home, _simulator) = home_with_tenant();
    let server = serve(&home);
    let url = server.told("url").to_owned();
    let origin = url.trim_end_matches("/mcp").to_owned();
    fails(&home, &origin, &["is this program, and no endpoint"]);
    let slip = home.run(&["doctor", "--oauth", &origin]);
    assert!(slip.stdout.contains(&format!("Use {url}.")), "{}", slip.stdout);
    assert!(slip.stderr.contains("1 of 2 checks failed"), "{}", slip.stderr);
    fails(&home, &url.replace("http://", "https://"), &["does not speak TLS"]);
    let usage = home.run(&["doctor", "--oauth", "orders.example.com"]);
    assert_eq!(usage.code, Some(2), "{}", usage.stderr);
    drop(server);
    fails(&home, &url, &["nothing takes a connection at 127.0.0.1:"]);
    let silent = home.run(&["doctor", "--oauth", &url]).stdout;
    assert!(
        silent.contains("Is `orderdesk-mcp serve` running, and on this PORT?"),
        "{silent}"
    );

    home.set("PUBLIC_URL", "https://orders.example.com");
    let server = serve(&home);
    let url = server.told("url").to_owned();
    let origin = url.trim_end_matches("/mcp");
    fails(
        &home,
        &url,
        &[
            "the sign-in is said to be at \"https://orders.example.com/",
            &format!("Set PUBLIC_URL={origin} "),
        ],
    );
    drop(server);

    home.set("ENABLE_OAUTH", "false");
    let server = serve(&home);
    fails(
        &home,
        server.told("url"),
        &["leads to no sign-in", "is not there (HTTP 404)"],
    );
}

/// Another program, that says the same to everybody; with its address.
fn another_program(says: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            let mut caller = caller.unwrap();
            let mut head = [0; 4096];
            // Who hung up is told nothing.
            if caller.read(&mut head).is_ok() {
                caller.write_all(says.as_bytes()).ok();
            }
        }
    });
    address.to_string()
}

#[test]
fn another_program_at_the_port_is_told_from_this_one() {
    let home = Home::new();
    for (says, words) in [
        (
            "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone",
            "(HTTP 404, \"nginx\")",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            "what this program never says there (HTTP 200)",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<h1>",
            "a web page (HTTP 200)",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", "gives no answer that is HTTP"),
        ("", "gives no answer that is HTTP"),
    ] {
        let place = another_program(says);
        let (code, told) = findings(&home, &format!("http://{place}/mcp"));
        assert_eq!((code, told.len()), (Some(1), 2), "{told:#?}");
        let finding = &told[1];
        for words in [
            words,
            "failed first request: something ",
            &place,
            "is not orderdesk-mcp",
            "ss -ltnp",
        ] {
            assert!(finding.contains(words), "{words:?} is not in {finding}");
        }
    }
}

#[test]
fn each_fault_of_a_proxy_has_its_word() {
    let (home, _simulator) = home_with_tenant();
    let server = serve(&home);
    let check = |before: Before, after: After, expected: &[&str]| {
        let proxy = Proxy::new().before(&server, before, after);
        fails(&home, &format!("{proxy}/mcp"), expected);
    };
    check(
        as_it_comes,
        |head| without(head, &["www-authenticate"]),
        &["WWW-Authenticate does not arrive", "first request by GET"],
    );
    check(
        as_it_comes,
        |head| without(head, &["content-security-policy", "x-frame-options", "cache-control"]),
        &["may frame it", "may be cached"],
    );
    check(
        |method, path| match method {
            "GET" if path == "/mcp" => Err("405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"),
            _ => as_it_comes(method, path),
        },
        str::to_owned,
        &["refuses GET"],
    );
    check(
        |method, path| {
            if path.starts_with("/mcp") {
                as_it_comes(method, path)
            } else {
                Err("404 Not Found\r\nContent-Length: 5\r\n\r\nnginx")
            }
        },
        str::to_owned,
        &["oauth-protected-resource/mcp is not there", "Let the proxy forward"],
    );
    check(
        |method, path| {
            if path.starts_with("/register") || path.starts_with("/token") {
                Err("403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<h1>Robot?</h1>\n")
            } else {
                as_it_comes(method, path)
            }
        },
        str::to_owned,
        &["registration: ", "token endpoint: ", "asks who is calling"],
    );
    check(
        |_, _| Err("200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<h1>Log in</h1>"),
        str::to_owned,
        &[
            "first request: ",
            "it answers with a web page",
            "Of a proxy: let it forward",
        ],
    );
    check(
        |_, _| Err("301 Moved Permanently\r\nLocation: /mcp/\r\nContent-Length: 0\r\n\r\n"),
        str::to_owned,
        &["is redirected (HTTP 301)", "slash"],
    );
    check(
        |_, _| Err("502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
        str::to_owned,
        &["does not reach this program"],
    );
}

#[test]
fn below_a_path_the_documents_have_to_be_passed_on_too() {
    let (mut home, _simulator) = home_with_tenant();
    for (before, passes_on) in [
        (
            (|_, path| Ok(path.strip_prefix("/od").unwrap_or(path).to_owned())) as Before,
            true,
        ),
        (
            |_, path| {
                path.strip_prefix("/od")
                    .map(str::to_owned)
                    .ok_or("404 Not Found\r\nContent-Length: 0\r\n\r\n")
            },
            false,
        ),
    ] {
        let proxy = Proxy::new();
        home.set("PUBLIC_URL", &format!("{}/od", proxy.origin()));
        let server = serve(&home);
        let origin = proxy.before(&server, before, str::to_owned);
        let url = format!("{origin}/od/mcp");
        if passes_on {
            passes(&home, &url);
        } else {
            fails(
                &home,
                &url,
                &[
                    "/.well-known/oauth-protected-resource/od/mcp is not there",
                    "Let the proxy forward",
                ],
            );
        }
    }
}
