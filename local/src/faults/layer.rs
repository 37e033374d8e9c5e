//! The layer in front of both endpoints: runs an operation's effect, or not, and answers, or not.

use std::future::Future;
use std::time::Duration;

use serde_json::json;

use super::{FaultKind, Faults, Moment, Service};
use crate::net::{Dropped, HttpResponse, respond};

/// Runs `effect` under the faults in force for `operation`.
///
/// Returns the effect's own answer, an AWS error in its place, or [`Dropped`]. The work goes on when the caller
/// hangs up, as it would at AWS.
pub(crate) async fn around<E>(
    faults: Faults,
    service: Service,
    operation: String,
    effect: E,
) -> Result<HttpResponse, Dropped>
where
    E: Future<Output = HttpResponse> + Send + 'static,
{
    let strike = faults.next_call(service, &operation);
    let work = tokio::spawn(async move {
        match strike {
            None => Ok(effect.await),
            Some((moment, kind)) => struck(service, moment, kind, effect).await,
        }
    });
    work.await.unwrap_or(Err(Dropped))
}

async fn struck<E>(
    service: Service,
    moment: Moment,
    kind: FaultKind,
    effect: E,
) -> Result<HttpResponse, Dropped>
where
    E: Future<Output = HttpResponse>,
{
    if let FaultKind::Delay(milliseconds) = kind {
        let pause = tokio::time::sleep(Duration::from_millis(milliseconds));
        if moment == Moment::BeforeEffect {
            pause.await;
            return Ok(effect.await);
        }
        let response = effect.await;
        pause.await;
        return Ok(response);
    }
    if moment == Moment::AfterEffect {
        effect.await;
    }
    failure(service, kind).ok_or(Dropped)
}

/// The error AWS sends, or nothing for a dropped connection.
fn failure(service: Service, kind: FaultKind) -> Option<HttpResponse> {
    let (status, name, message) = match (kind, service) {
        (FaultKind::Throttle, Service::DynamoDb) => (
            400,
            "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded.",
        ),
        (FaultKind::Throttle, Service::Kms) => {
            (400, "ThrottlingException", "You have exceeded the rate at which you may call KMS.")
        }
        (FaultKind::InternalError, Service::DynamoDb) => {
            (500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error")
        }
        (FaultKind::TransactionConflict, _) => (
            400,
            "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
        ),
        (FaultKind::InternalError, Service::Kms) => (500, "KMSInternalException", "Internal server error"),
        (FaultKind::DropConnection | FaultKind::Delay(_), _) => return None,
    };
    let content_type = match service {
        Service::DynamoDb => "application/x-amz-json-1.0",
        Service::Kms => "application/x-amz-json-1.1",
    };
    let body = match kind {
        FaultKind::TransactionConflict => {
            let reason =
                json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" });
            json!({ "__type": name, "message": message, "CancellationReasons": [reason] })
        }
        _ => json!({ "__type": name, "message": message }),
    };
    Some(respond(status, content_type, body.to_string()))
}
