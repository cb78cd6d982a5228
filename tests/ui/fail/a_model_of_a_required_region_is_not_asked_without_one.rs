//! A model whose provider requires a region begins no request by itself, to one model or as a fallback.
use portolan::Client;
use portolan::catalog::labs::xiaomi_token_plan::MIMO_V2_5_PRO;

fn main() {
    let client = Client::new().unwrap();
    let _ = client.chat(&MIMO_V2_5_PRO);
    let _ = client.chat("deepseek/deepseek-v4-pro").fallback(&MIMO_V2_5_PRO);
}
