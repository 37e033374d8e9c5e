//! The order in which a stack starts.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use tokio::net::TcpListener;

use super::aws_call::AwsCaller;
use super::{Stack, StackOptions, files, resources, setup};
use crate::gateway::{Api, Gateway};
use crate::net::bind_loopback;
use crate::runtime::{AwsEnvironment, Functions, Logs, PoolOptions};
use crate::streams::{self, Lambda};
use crate::template::{ApiKind, ApiSpec, Template};
use crate::{Engines, StartError};

/// Endpoints, resources, outputs, gateway, set-up.
pub(super) async fn start(options: StackOptions) -> Result<Stack, StartError> {
    let logs = Logs::new(options.echo_logs, options.log_dir.clone())?;
    let engines = Engines::start(options.engines.clone()).await?;
    let (listeners, port) =
        engines.background().run(bind(options.functions_dir.is_some(), options.port)).await?;
    let base_url = format!("http://localhost:{port}");
    let issuer = options.issuer.clone().unwrap_or_else(|| base_url.clone());
    let aws = aws_environment(&engines);
    let template = read_template(&options, &issuer, &base_url)?;
    let created = resources::create(template, AwsCaller::new(&aws)?, base_url.clone());
    let template = engines.background().run(created).await?;

    let functions = prepare_functions(&options, &template, &aws, &logs)?;
    let mut environment = functions.environment();
    environment.extend(aws.0);
    let mut stack = Stack {
        engines,
        functions,
        logs,
        base_url,
        issuer,
        rest_url: None,
        outputs: template.outputs()?,
        environment,
        open_pages: Vec::new(),
        servers: Vec::new(),
        mappings: None,
    };
    files::write(&options, &stack.outputs, &stack.environment)?;
    serve(&mut stack, &template, listeners)?;
    deliver_streams(&mut stack, &template, &options)?;
    for command in &options.setup {
        setup::run(command, &stack.environment, &stack.logs).await?;
    }
    Ok(stack)
}

fn prepare_functions(
    options: &StackOptions,
    template: &Template,
    aws: &AwsEnvironment,
    logs: &Logs,
) -> Result<Functions, StartError> {
    let pool_options = PoolOptions {
        functions_dir: options.functions_dir.clone().unwrap_or_default(),
        aws: aws.clone(),
        max_instances: options.max_instances,
        logs: logs.clone(),
    };
    Ok(Functions::new(template.functions()?, &pool_options))
}

/// Opens the gateway.
fn serve(stack: &mut Stack, template: &Template, listeners: Vec<TcpListener>) -> Result<(), StartError> {
    let (http, rest) = (template.api(ApiKind::Http)?, template.api(ApiKind::Rest)?);
    stack.rest_url = rest.as_ref().map(|api| format!("{}/{}", stack.base_url, api.stage));
    stack.open_pages = http.as_ref().map(|api| open_pages(api, &stack.base_url)).unwrap_or_default();
    let api = |spec| Api::new(spec, stack.functions.clone());
    let gateway = Gateway::new(http.map(api).transpose()?, rest.map(api).transpose()?, stack.logs.clone())?;
    for listener in listeners {
        let server = stack.engines.background().handle().spawn(gateway.clone().serve(listener));
        stack.servers.push(server.abort_handle());
    }
    Ok(())
}

/// Begins to deliver the streams that functions are mapped to.
fn deliver_streams(stack: &mut Stack, template: &Template, options: &StackOptions) -> Result<(), StartError> {
    let lambda = Lambda {
        functions: stack.functions.clone(),
        logs: stack.logs.clone(),
        checkpoints: options.engines.data_dir.as_ref().map(|folder| folder.join("streams")),
    };
    let specs = template.streams()?;
    if options.functions_dir.is_none() && !specs.is_empty() {
        stack.logs.add("streams", "not delivered: something else runs the functions");
        return Ok(());
    }
    stack.mappings = Some(streams::start(specs, &stack.engines, &lambda)?);
    Ok(())
}

fn aws_environment(engines: &Engines) -> AwsEnvironment {
    let (dynamodb, kms) = (engines.dynamodb_url(), engines.kms_url());
    // An endpoint that is not ours checks credentials.
    let real = dynamodb.starts_with("https://") || kms.starts_with("https://");
    AwsEnvironment::new(dynamodb, kms, real)
}

/// Both loopback addresses on one port: clients differ in which one `localhost` means to them.
async fn bind(gateway: bool, port: u16) -> Result<(Vec<TcpListener>, u16), StartError> {
    if !gateway {
        return Ok((Vec::new(), port));
    }
    let occupied =
        |error| StartError::Endpoint(format!("port {port}: {error}; POSTERN_PORT chooses another"));
    let (listener, port) = bind_loopback(port).await.map_err(occupied)?;
    let mut listeners = vec![listener];
    // Machines without IPv6 do with one.
    listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
    Ok((listeners, port))
}

fn read_template(options: &StackOptions, issuer: &str, base_url: &str) -> Result<Template, StartError> {
    let path = options.template.display();
    let text = std::fs::read_to_string(&options.template)
        .map_err(|error| StartError::Template(format!("{path}: {error}")))?;
    let mut parameters = BTreeMap::from([("Issuer".to_owned(), issuer.to_owned())]);
    parameters.extend(options.parameters.clone());
    Template::parse(&text, &parameters, base_url)
}

fn open_pages(api: &ApiSpec, base_url: &str) -> Vec<String> {
    let open = api.routes.iter().filter(|route| {
        route.authorizer.is_none() && route.method.as_deref() == Some("GET") && !route.path.contains('{')
    });
    let mut paths: Vec<&str> = open.map(|route| route.path.as_str()).collect();
    // What describes the service first (RFC 8615): it needs no parameters to make sense.
    paths.sort_by_key(|path| !path.starts_with("/.well-known/"));
    paths.into_iter().map(|path| format!("{base_url}{path}")).collect()
}
