//! `portolan status`.

use portolan::{Environment, State};
use serde_json::json;

use crate::Said;
use crate::settings::Settings;
use crate::table::{Cell, table};
use crate::terminal::{BAD, DIM, GOOD, Look};

pub(crate) fn run(settings: &Settings, environment: &Environment, look: Look) -> Said {
    let all: Vec<_> =
        settings.providers().map(|provider| environment.status(provider, None)).collect();
    let rows: Vec<_> = all
        .iter()
        .map(|status| {
            [
                status.provider.into(),
                state(status.state),
                status.region.clone().unwrap_or_default().into(),
                status.missing.join(", ").into(),
                status.advice.clone().unwrap_or_default().into(),
            ]
        })
        .collect();
    let spelled = all.iter().map(|status| {
        json!({
            "provider": status.provider,
            "state": status.state.id(),
            "missing": status.missing,
            "advice": status.advice,
            "region": status.region,
        })
    });
    let heading = ["PROVIDER", "STATE", "REGION", "MISSING", "ADVICE"];
    Said::new(spelled.collect(), table(look, heading, &rows))
}

fn state(state: State) -> Cell {
    let style = match state {
        State::Ready => GOOD,
        State::WrongKey => BAD,
        _ => DIM,
    };
    Cell::painted(state.id(), style)
}
