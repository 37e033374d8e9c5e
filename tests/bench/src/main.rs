//! What Postern costs beside the least that the same thing could cost: `make bench`.
//!
//! Only ratios mean anything: both sides of a row are measured in the same run, turn and turn about, in CPU time.
//!
//! One part alone: `cargo run --release --package postern-bench cold` (or `decision`, `issue`, `openapi`, `sizes`).

mod cold;
mod cpu;
mod decision;
mod event;
mod issue;
mod key;
mod openapi;
mod release;
mod scene;
mod store;
mod table;

use std::path::Path;
use std::{env, fs, io};

use cpu::{Pair, round_robin};
use scene::Scene;
use table::{Row, Unit, verdict};

/// Why a measurement failed.
type Failure = Box<dyn std::error::Error>;

/// How often each binary is started.
const STARTS: u32 = 101;

fn main() -> Result<(), Failure> {
    // Functions log; so does the bench, to nowhere.
    tracing_subscriber::fmt().json().flatten_event(true).without_time().with_writer(io::sink).init();
    let only = env::args().nth(1);
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let mut rows = Vec::new();
    if wanted("cold") {
        rows.push(cold_row(&release::function("authorizer")?, &release::hello()?)?);
    }
    if wanted("decision") || wanted("issue") {
        let scene = Scene::set()?;
        rows.extend(wanted("decision").then(|| decision_row(&scene)).transpose()?);
        rows.extend(wanted("issue").then(|| issue_row(&scene)).transpose()?);
    }
    if wanted("openapi") {
        rows.extend([openapi::load_row()?, openapi::real_load_row()?]);
        rows.extend([openapi::routes_row()?, openapi::real_routes_row()?]);
    }
    println!("{}", Row::HEADING);
    for row in &rows {
        println!("{row}");
    }
    if wanted("sizes") {
        let hello = release::hello()?;
        for name in release::functions()? {
            println!("{}", size_row(&name, &hello)?);
        }
    }
    println!("{}", verdict(&rows));
    Ok(())
}

fn cold_row(authorizer: &Path, hello: &Path) -> Result<Row, Failure> {
    Ok(Row {
        name: "authorizer, cold init / hello-world on lambda_runtime".to_owned(),
        pair: round_robin(STARTS, || cold::init_cpu(authorizer), || cold::init_cpu(hello))?,
        unit: Unit::Milliseconds,
        target: Some(1.6),
    })
}

fn decision_row(scene: &Scene) -> Result<Row, Failure> {
    let (pair, bytes) = decision::measure(scene)?;
    Ok(Row {
        name: format!("authorizer, warm decision ({bytes} B) / raw RS256 check"),
        pair,
        unit: Unit::Microseconds,
        target: Some(1.7),
    })
}

fn issue_row(scene: &Scene) -> Result<Row, Failure> {
    Ok(Row {
        name: "client-credentials token / raw RS256 signature".to_owned(),
        pair: issue::measure(scene)?,
        unit: Unit::Microseconds,
        target: Some(1.5),
    })
}

/// Sizes have no target: they are here to be seen when they jump.
#[expect(clippy::cast_precision_loss, reason = "binaries are far smaller than 2^52 bytes")]
fn size_row(name: &str, hello: &Path) -> Result<Row, Failure> {
    let size = |path: &Path| fs::metadata(path).map(|file| file.len() as f64);
    Ok(Row {
        name: format!("{name}, binary size / hello-world"),
        pair: Pair { ours: size(&release::function(name)?)?, reference: size(hello)? },
        unit: Unit::Megabytes,
        target: None,
    })
}
