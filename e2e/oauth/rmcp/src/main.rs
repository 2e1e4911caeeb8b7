//! The client of rmcp: signs in, lists the tools, calls two, and calls again once its access token is over.
//!
//! What it is told by the environment: see `run.mjs` beside this folder.

use std::{env, error::Error, process::Stdio};

use rmcp::{
    RoleClient, ServiceExt,
    model::CallToolRequestParams,
    service::RunningService,
    transport::{
        StreamableHttpClientTransport,
        auth::{AuthClient, AuthorizationRequest, OAuthState},
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};

type Fault = Box<dyn Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let url = env::var("E2E_URL")?;
    let mut sign_in = OAuthState::new(&url, None).await?;
    let request =
        AuthorizationRequest::new("http://127.0.0.1:8092/callback").with_client_name(&env::var("E2E_CLIENT")?);
    sign_in.start_authorization(request).await?;
    let back = person(&sign_in.get_authorization_url().await?).await?;
    sign_in.handle_callback_url(&back).await?;
    let manager = sign_in.into_authorization_manager().ok_or("nobody is signed in")?;

    let client = AuthClient::new(reqwest::Client::new(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
    let service = ().serve(StreamableHttpClientTransport::with_client(client, config)).await?;
    let tools = service.list_all_tools().await?;
    if !tools.iter().any(|tool| tool.name == "orders_list") {
        return Err("orders_list is not listed".into());
    }
    let orders = json!({ "store": env::var("E2E_STORE")?, "limit": 2 });
    call(&service, "stores_list", &json!({})).await?;
    call(&service, "orders_list", &orders).await?;
    reqwest::Client::new()
        .post(env::var("E2E_EXPIRE")?)
        .send()
        .await?
        .error_for_status()?;
    call(&service, "orders_list", &orders).await?;
    service.cancel().await?;
    Ok(())
}

/// Opens a URL in the person's browser; answers the address that leads back.
async fn person(url: &str) -> Result<String, Fault> {
    let command: Vec<String> = serde_json::from_str(&env::var("E2E_PERSON")?)?;
    let [program, arguments @ ..] = command.as_slice() else {
        return Err("E2E_PERSON names no program".into());
    };
    let mut browser = tokio::process::Command::new(program);
    let done = browser
        .args(arguments)
        .arg(url)
        .stderr(Stdio::inherit())
        .output()
        .await?;
    if !done.status.success() {
        return Err("the browser came to no end".into());
    }
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

async fn call(service: &RunningService<RoleClient, ()>, name: &'static str, arguments: &Value) -> Result<(), Fault> {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    let result = service
        .call_tool(CallToolRequestParams::new(name).with_arguments(arguments))
        .await?;
    let status = result
        .structured_content
        .as_ref()
        .and_then(|content| content["status"].as_str());
    if result.is_error == Some(true) || status != Some("success") {
        return Err(format!("{name}: {result:?}").into());
    }
    Ok(())
}
