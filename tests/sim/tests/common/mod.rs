//! A small client for the tests: forms in, status, reason and data out.
#![allow(dead_code, missing_docs)] // each test file uses a part of it

use pve_sim::{Clock, Outcome, Request, Response, Scenario, Sim};
use serde_json::Value;
use std::time::Duration;

pub const SECRET: &str = "0e8c2d4a-5b6f-4c1e-9d3a-7f2b1a0c9e8d";

pub struct Client {
    pub sim: Sim,
    pub token: String,
    pub via: String,
}

impl Client {
    /// The given scenario on Tokio's (paused) clock.
    pub fn new(scenario: &str) -> Client {
        Client::of(Scenario::named(scenario).expect("built-in scenario"))
    }

    pub fn of(scenario: Scenario) -> Client {
        Client::with(Sim::new(scenario))
    }

    pub fn explicit(scenario: Scenario) -> Client {
        Client::with(Sim::with_clock(scenario, Clock::explicit()))
    }

    pub fn with(sim: Sim) -> Client {
        Client {
            token: pve_sim::token_header(&sim),
            sim,
            via: String::new(),
        }
    }

    pub async fn send(&self, method: &str, path: &str, params: &[(&str, &str)]) -> Outcome {
        let form = encode(params);
        let inline = matches!(method, "GET" | "DELETE") && !form.is_empty();
        let (path, body) = if inline {
            (format!("/api2/json{path}?{form}"), Vec::new())
        } else {
            (format!("/api2/json{path}"), form.into_bytes())
        };
        let request = Request {
            method: method.to_owned(),
            path,
            headers: vec![("Authorization".to_owned(), self.token.clone())],
            body,
            via: self.via.clone(),
        };
        self.sim.handle(request).await
    }

    /// An answer, whatever its status.
    pub async fn call(&self, method: &str, path: &str, params: &[(&str, &str)]) -> Response {
        match self.send(method, path, params).await {
            Outcome::Answer(response) => response,
            other => panic!("{method} {path}: {other:?}"),
        }
    }

    /// The data of a 200.
    pub async fn ok(&self, method: &str, path: &str, params: &[(&str, &str)]) -> Value {
        let response = self.call(method, path, params).await;
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(
            response.status, 200,
            "{method} {path}: {} {text}",
            response.reason
        );
        response.body_json()["data"].clone()
    }

    /// Status and reason of a failure.
    pub async fn fail(&self, method: &str, path: &str, params: &[(&str, &str)]) -> (u16, String) {
        let response = self.call(method, path, params).await;
        assert_ne!(response.status, 200, "{method} {path} should fail");
        (response.status, response.reason)
    }

    /// The text for one parameter of a 400.
    pub async fn wrong(
        &self,
        method: &str,
        path: &str,
        params: &[(&str, &str)],
        name: &str,
    ) -> String {
        let response = self.call(method, path, params).await;
        assert_eq!(
            (response.status, response.reason.as_str()),
            (400, "Parameter verification failed.")
        );
        let body = response.body_json();
        body["errors"][name]
            .as_str()
            .unwrap_or_else(|| panic!("{body}"))
            .to_owned()
    }

    /// Starts a task and follows it to its end; answers the exit status.
    pub async fn task(&self, method: &str, path: &str, params: &[(&str, &str)]) -> String {
        let upid = self.ok(method, path, params).await;
        self.exit(upid.as_str().expect("a UPID")).await
    }

    /// Polls a task to its end.
    pub async fn exit(&self, upid: &str) -> String {
        let node = upid.split(':').nth(1).expect("node of the UPID");
        let path = format!("/nodes/{node}/tasks/{}/status", escape(upid));
        for _ in 0..2000 {
            let status = self.ok("GET", &path, &[]).await;
            if status["status"] == "stopped" {
                return status["exitstatus"].as_str().unwrap_or("").to_owned();
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("{upid} does not end");
    }
}

pub fn escape(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

pub fn encode(params: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = params
        .iter()
        .map(|(k, v)| format!("{k}={}", escape(v)))
        .collect();
    pairs.join("&")
}
