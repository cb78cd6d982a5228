//! `portolan status`.

use portolan::{Environment, catalog};
use serde_json::json;

use crate::Said;
use crate::table::table;

pub(crate) fn run(environment: &Environment) -> Said {
    let all: Vec<_> =
        catalog::providers().map(|provider| environment.status(provider, None)).collect();
    let rows: Vec<_> = all
        .iter()
        .map(|status| {
            let missing = status.missing.join(", ");
            let advice = status.advice.clone().unwrap_or_default();
            let region = status.region.clone().unwrap_or_default();
            [status.provider.to_owned(), status.state.id().to_owned(), region, missing, advice]
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
    Said::new(spelled.collect(), table(["PROVIDER", "STATE", "REGION", "MISSING", "ADVICE"], &rows))
}
