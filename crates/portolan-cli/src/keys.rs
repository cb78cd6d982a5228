//! Where keys come from: the environment, then `.env` and `auth.json` in the configuration folder.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use portolan::{AuthFile, Environment};

use crate::failure::Failure;

/// The file that keys are stored in.
pub(crate) fn auth_file() -> Result<PathBuf, Failure> {
    let strategy = etcetera::choose_base_strategy()
        .map_err(|_| Failure::new("config", "there is no home folder to store keys in"))?;
    Ok(strategy.config_dir().join("portolan").join("auth.json"))
}

/// The values of this machine.
pub(crate) fn environment() -> Result<Environment, Failure> {
    let environment = Environment::of_process();
    let Ok(strategy) = etcetera::choose_base_strategy() else {
        // Without a home there is no folder.
        return Ok(environment);
    };
    let folder = strategy.config_dir().join("portolan");
    let environment = environment.with_dotenv(&folder.join(".env"))?;
    Ok(environment.with_auth_file(AuthFile::read(folder.join("auth.json"))?))
}
