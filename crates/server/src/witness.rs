//! The HTTP of a witness: `add-checkpoint` for logs, and the latest checkpoints for monitors (C2SP tlog-witness).

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ledger::witness::Witness;
use ledger::witness::add::AddError;
use tlog::witness::request::MAX_REQUEST_BYTES;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

/// The checkpoints that are added at once; each may hold a whole body.
const MAX_ADDED: usize = 32;

/// The checkpoints that are read at once, whatever is added meanwhile.
const MAX_READ: usize = 32;

/// The time that a client has to send its request.
const BODY: Duration = Duration::from_secs(10);

const TEXT: &str = "text/plain; charset=utf-8";

/// What the process around a server lends to it.
#[derive(Debug, Clone, Copy)]
pub struct Edges {
    /// Returns the seconds of POSIX time.
    pub clock: fn() -> u64,
    /// Takes what only the operator should learn.
    pub report: fn(&(dyn Error + 'static)),
}

struct App {
    witness: Witness,
    edges: Edges,
    adding: Arc<Semaphore>,
    reading: Arc<Semaphore>,
}

/// Returns the two calls of a witness, below no prefix.
pub fn router(witness: Witness, edges: Edges) -> Router {
    let app = App {
        witness,
        edges,
        adding: Arc::new(Semaphore::new(MAX_ADDED)),
        reading: Arc::new(Semaphore::new(MAX_READ)),
    };
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .with_state(Arc::new(app))
}

async fn add_checkpoint(State(app): State<Arc<App>>, body: Body) -> Response {
    let Ok(slot) = Arc::clone(&app.adding).try_acquire_owned() else {
        return too_many();
    };
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let worker = Arc::clone(&app);
    // It waits for the disk and for the lock of the log, and goes on when the client has hung up: so the slot is its own.
    let added = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        let clock = worker.edges.clock;
        worker.witness.add_checkpoint(&body, clock)
    });
    match added.await {
        Ok(Ok(cosignatures)) => text(StatusCode::OK, &cosignatures.to_string()),
        Ok(Err(error)) => refusal(&app, &error),
        Err(panicked) => of_panic(&app, &panicked),
    }
}

async fn checkpoint(State(app): State<Arc<App>>, Path(origin_hash): Path<String>) -> Response {
    let Ok(slot) = Arc::clone(&app.reading).try_acquire_owned() else {
        return too_many();
    };
    let worker = Arc::clone(&app);
    let read = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        worker.witness.checkpoint(&origin_hash)
    });
    match read.await {
        Ok(Ok(Some(note))) => ([(header::CONTENT_TYPE, TEXT)], note).into_response(),
        Ok(Ok(None)) => text(
            StatusCode::NOT_FOUND,
            "no checkpoint of this log was cosigned here\n",
        ),
        Ok(Err(error)) => of_fault(&app, &error),
        Err(panicked) => of_panic(&app, &panicked),
    }
}

async fn read(body: Body) -> Result<Bytes, Response> {
    match tokio::time::timeout(BODY, to_bytes(body, MAX_REQUEST_BYTES)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => {
            let reason = "the request is too long, or was broken off\n";
            Err(text(StatusCode::PAYLOAD_TOO_LARGE, reason))
        }
        Err(_) => Err(text(
            StatusCode::REQUEST_TIMEOUT,
            "the request took too long\n",
        )),
    }
}

fn refusal(app: &App, error: &AddError) -> Response {
    match error {
        AddError::Request(reason) => {
            let words = format!("{error}: {reason}\n");
            text(StatusCode::BAD_REQUEST, &words)
        }
        AddError::Refused { refusal, .. } => {
            // Signed by the log, and not what it signed before: its operator is told here, and others by this one.
            if refusal.status() == 422 {
                (app.edges.report)(error);
            }
            let status = StatusCode::from_u16(refusal.status());
            let content_type = [(header::CONTENT_TYPE, refusal.content_type())];
            let status = status.expect("the protocol has statuses of HTTP alone");
            (status, content_type, refusal.body()).into_response()
        }
        AddError::ClockSetBack { .. }
        | AddError::Logs(_)
        | AddError::State(_)
        | AddError::File(_)
        | AddError::Cosign(_)
        | AddError::Publish(_) => of_fault(app, error),
    }
}

/// What a client need not know goes to the operator.
fn of_fault(app: &App, error: &(dyn Error + 'static)) -> Response {
    (app.edges.report)(error);
    let words = "the witness is at fault, and its operator was told why\n";
    text(StatusCode::INTERNAL_SERVER_ERROR, words)
}

fn of_panic(app: &App, panicked: &JoinError) -> Response {
    of_fault(app, panicked)
}

fn too_many() -> Response {
    let words = "too many requests at once\n";
    text(StatusCode::SERVICE_UNAVAILABLE, words)
}

fn text(status: StatusCode, words: &str) -> Response {
    let content_type = [(header::CONTENT_TYPE, TEXT)];
    (status, content_type, words.to_owned()).into_response()
}
