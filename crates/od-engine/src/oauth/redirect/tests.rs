use super::{BadRedirect, Redirect};

#[test]
fn what_programs_of_the_field_register_is_taken() {
    for text in [
        "https://claude.ai/api/mcp/auth_callback",
        "https://chatgpt.com/connector/oauth/abc-1",
        "https://vscode.dev/redirect?a=b",
        "http://localhost:8787/callback",
        "http://127.0.0.1/",
        "http://[::1]:4000/cb",
        "http://127.0.0.1:33418",
        "https://EXAMPLE.com/cb",
        "https://xn--bcher-kva.example/cb",
        "https://my_host.example:8443/cb",
        "https://10.0.0.1/cb",
        "https://[2001:db8::1]:8443/cb",
        "https://a.example",
        "https://a.example?x=1",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "cursor://anysphere.cursor-retrieval/oauth/user-orders/callback",
        "vscode://saoudrizwan.claude-dev/mcp-auth/callback/1a2b",
        "vscode-insiders://RooVeterinaryInc.roo-cline/cb",
        "windsurf://codeium.windsurf/callback",
        "claude://oauth/callback",
        "warp://mcp/oauth2callback",
        "mcpjam://oauth/callback",
        "raycast://oauth?package_name=Extension",
        "com.raycast:/oauth?package_name=Extension",
        "com.example.app:/oauth2redirect",
        "com.example.app://auth/cb",
        "COM.Example.my-app:/cb",
    ] {
        assert_eq!(Redirect::parse(text).unwrap().as_str(), text);
    }
}

#[test]
fn what_nobody_may_be_sent_to_is_refused() {
    let check = |text: &str, expected: BadRedirect| assert_eq!(Redirect::parse(text), Err(expected), "{text}");
    for text in [
        "",
        "callback",
        "/callback",
        "//host/cb",
        "https:host/cb",
        "https:/host/cb",
        "https:///cb",
        "https://",
        "https://a b/cb",
        " https://a/cb",
        "https://a/cb\n",
        "java\tscript:alert(1)",
        "https:\\\\a\\cb",
        "https://é.example/",
    ] {
        check(text, BadRedirect::NotAUri);
    }
    check(&format!("https://a.example/{}", "a".repeat(2000)), BadRedirect::NotAUri);
    for text in [
        "javascript:alert(1)",
        "JavaScript://a/%0aalert(1)",
        "data:text/html,x",
        "DATA:,x",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "vbscript:x",
        "about:blank",
        "view-source:https://a.example/",
        "intent://x#Intent;end",
        "ws://a.example/",
        "ftp://a.example/",
        "mailto:a@example.com",
        "filesystem:https://a.example/t",
    ] {
        let refused = Redirect::parse(text);
        assert!(
            matches!(refused, Err(BadRedirect::Scheme | BadRedirect::Fragment)),
            "{text}: {refused:?}"
        );
    }
    check("https://a.example/cb#x", BadRedirect::Fragment);
    check("https://a.example/cb#", BadRedirect::Fragment);
    check("cursor://a.b/cb#x", BadRedirect::Fragment);
    check("https://user@a.example/cb", BadRedirect::UserInfo);
    check("https://:word@a.example/cb", BadRedirect::UserInfo);
    check("https://@a.example/cb", BadRedirect::UserInfo);
    check("http://localhost:80@a.example/cb", BadRedirect::UserInfo);
    for text in [
        "http://a.example/cb",
        "http://localhost.a.example/cb",
        "http://10.0.0.1/cb",
        "http://0.0.0.0/cb",
        "http://127.0.0.1.nip.io/cb",
        "HTTP://a.example/cb",
    ] {
        check(text, BadRedirect::PlainHttp);
    }
}

#[test]
fn no_link_starts_a_program_that_waits_for_no_answer() {
    for text in [
        // They start programs of the system, or of many a machine.
        "ms-msdt:/id",
        "ms-settings:display",
        "microsoft-edge:https://a.example",
        "search-ms:query=x",
        "search:x",
        "shell:startup",
        "jnlp://a.example/x.jnlp",
        "itms-services://?action=download-manifest",
        "itms-apps://a.example",
        "callto:1",
        "tel:1",
        "facetime://a@example.com",
        "facetime://1",
        "steam://run/1",
        "skype:a",
        "zoommtg://a.example/join",
        "x-apple.systempreferences:/x",
        "com.apple.news:/x",
        "com.microsoft.builder3d:/x",
        "a.example:/cb",
        "com.:/cb",
        "com..example:/cb",
        "unknown://host/cb",
        // Programs that are known, elsewhere than where they wait for an answer.
        "cursor:cb",
        "cursor:///cb",
        "cursor://file/etc/passwd",
        "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30",
        "cursor://Anysphere.Cursor-Deeplink/mcp/install?name=x&config=e30",
        "vscode:mcp/install?x",
        "vscode://vscode.git/clone?url=https://a.example/x",
        "vscode://vscode-remote/ssh-remote+a/x",
        "vscode://a.b:1/cb",
        "vscode://a.b.c/cb",
        "windsurf://windsurf-mcp-registry?serverName=x",
        "warp://launch/x",
        "raycast://extensions/a/b/c",
        "claude:cb",
    ] {
        let refused = Redirect::parse(text);
        assert!(
            matches!(refused, Err(BadRedirect::Scheme | BadRedirect::UserInfo)),
            "{text}: {refused:?}"
        );
    }
}

#[test]
fn a_host_is_a_plain_name_or_address_as_it_is_written() {
    for text in [
        "https://a.example;script-src/cb",
        "https://a.example,b.example/cb",
        "https://*.example/cb",
        "https://*/cb",
        "https://'none'/cb",
        "https://\"a\".example/cb",
        "https://a.example;/cb",
        "https://a.example*:443/cb",
        "https://a&b.example/cb",
        "https://(a)/cb",
        "https://a.example./cb",
        "https://a..example/cb",
        // Hosts that are read as others than they are written.
        "https://%61.example/cb",
        "https://a%2eexample/cb",
        "https://2130706433/cb",
        "https://0x7f.1/cb",
        "http://127.1/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
    ] {
        assert_eq!(Redirect::parse(text), Err(BadRedirect::Host), "{text}");
    }
}

#[test]
fn an_address_is_exactly_the_one_named_but_for_the_port_on_loopback() {
    let check = |asked: &str, named: &str, expected: bool| {
        assert_eq!(
            Redirect::parse(asked).unwrap().is(named),
            expected,
            "{asked} for {named}"
        );
    };
    check("https://a.example/cb", "https://a.example/cb", true);
    check("https://a.example/cb", "https://a.example/cb/", false);
    check("https://a.example/cb?x=1", "https://a.example/cb", false);
    check("https://a.example/cb/../cb", "https://a.example/cb", false);
    check("https://A.example/cb", "https://a.example/cb", false);
    check("https://a.example:444/cb", "https://a.example/cb", false);
    check("https://b.example/cb", "https://a.example/cb", false);
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        check(
            &format!("http://{host}:4000/cb"),
            &format!("http://{host}:5000/cb"),
            true,
        );
        check(&format!("http://{host}:4000/cb"), &format!("http://{host}/cb"), true);
        check(&format!("http://{host}/cb"), &format!("http://{host}:5000/cb"), true);
        check(&format!("http://{host}:4000"), &format!("http://{host}"), true);
        check(
            &format!("http://{host}:4000/cb?a=1"),
            &format!("http://{host}:1/cb?a=1"),
            true,
        );
        check(
            &format!("http://{host}:4000/other"),
            &format!("http://{host}:5000/cb"),
            false,
        );
        check(
            &format!("https://{host}:4000/cb"),
            &format!("https://{host}:5000/cb"),
            false,
        );
    }
    check("http://localhost:4000/cb", "http://127.0.0.1:4000/cb", false);
    check("http://127.0.0.1:4000/cb", "http://localhost:4000/cb", false);
    check("http://127.0.0.1:4000/cb", "http://[::1]:4000/cb", false);
    check("cursor://a.b/cb", "cursor://a.b/cc", false);
}

#[test]
fn what_a_person_is_told() {
    let check = |text: &str, place: &str, local: bool| {
        let redirect = Redirect::parse(text).unwrap();
        assert_eq!(
            (redirect.place().as_str(), redirect.is_local()),
            (place, local),
            "{text}"
        );
    };
    check("https://claude.ai/cb", "claude.ai", false);
    check("https://a.example:8443/cb", "a.example:8443", false);
    check("http://localhost:4000/cb", "localhost:4000", true);
    check("http://[::1]:4000/cb", "[::1]:4000", true);
    check("https://127.0.0.1/cb", "127.0.0.1", true);
    check("cursor://a.b/cb", "cursor:", true);
}

#[test]
fn parameters_come_behind_those_that_are_there() {
    let check = |text: &str, expected: &str| {
        let redirect = Redirect::parse(text).unwrap();
        assert_eq!(redirect.with(&[("code", "a b&c"), ("state", "ü")]), expected);
    };
    check(
        "https://a.example/cb",
        "https://a.example/cb?code=a%20b%26c&state=%C3%BC",
    );
    check(
        "https://a.example/cb?",
        "https://a.example/cb?code=a%20b%26c&state=%C3%BC",
    );
    check(
        "https://a.example/cb?x=1",
        "https://a.example/cb?x=1&code=a%20b%26c&state=%C3%BC",
    );
    check(
        "https://a.example/cb?x=1&",
        "https://a.example/cb?x=1&code=a%20b%26c&state=%C3%BC",
    );
    check("cursor://a.b/cb", "cursor://a.b/cb?code=a%20b%26c&state=%C3%BC");
}
