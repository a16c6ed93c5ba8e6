//! Names in DNS: in the end each VM's addresses have its names, and nothing is left of those that are over.

use super::Play;
use super::commands::Command;
use crate::support::World;
use crate::support::actions;
use crate::support::compare::addresses;
use crate::support::names::{HOSTS, KEY, Weather, ZONES};
use puq_proxmox_kvm::dns::reverse_name;
use puq_proxmox_kvm::model::{Random, VmState};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// Enters the zones, each at a name server of its own, as an admin does.
pub fn enter(world: &World) {
    for (zone, host) in ZONES.iter().zip(HOSTS) {
        let zone = json!({
            "zone": zone, "type": "powerdns", "url": format!("https://{host}"), "api_key": KEY,
        });
        let request = json!({"op": "zone_save", "zone": zone});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
        assert_eq!(answer["ok"], true, "{answer}");
    }
}

impl Play {
    /// From now on one change of a name in so many goes wrong.
    pub(super) fn spoil_names(&mut self, seed: u64) {
        let one_in = 3 + self.roll(20);
        for (number, server) in (0..).zip(self.world.network.name_servers()) {
            *server.trouble.borrow_mut() = Some((one_in, Random::seeded(seed ^ number)));
        }
        self.say(format!("one change of a name in {one_in} goes wrong"));
    }

    /// The servers' own weather: for a while some of them fail whatever they are asked, each in its own way.
    pub(super) fn name_weather(&mut self) {
        if self.world.network.names.trouble.borrow().is_none() {
            return;
        }
        let often = [2, 4, 4][self.roll(3) as usize];
        for (number, host) in HOSTS.iter().enumerate() {
            let weather = match self.roll(often) {
                0 => Some(Weather::ALL[self.roll(Weather::ALL.len() as u64) as usize]),
                _ => None,
            };
            let after = Duration::from_secs([0, 0, 1, 14][self.roll(4) as usize]);
            let server = self.world.network.name_servers().nth(number).unwrap();
            server.weather.set(weather.map(|weather| (weather, after)));
            if let Some(weather) = weather {
                self.say(format!("{host}: {weather:?} after {after:?}"));
            }
        }
    }

    /// An admin has the names set where nobody knows how a request for them ended.
    pub(super) fn mend_names(&mut self) {
        for record in self.world.records() {
            let service = record.service.0;
            let sold = &self.sold[&service];
            let again = sold.names_again || sold.names_lost;
            if again && record.state == VmState::Ready {
                let answer =
                    self.command_now(service, Command::Admin(json!({"op": "set_dns_records"})));
                assert!(
                    answer.contains("\"ok\":true"),
                    "service {service}: {answer}"
                );
            }
        }
    }

    /// What the server did not take is tried again by itself, within the hour.
    pub(super) fn wait_for_names(&mut self) {
        let open = "SELECT * FROM puq_proxmox_kvm_overdue_names";
        for _ in 0..70 {
            if self.world.host.rows(open).is_empty() {
                return;
            }
            self.world.advance(Duration::from_secs(60));
            let ran = self.world.tick();
            self.say(ran.text);
        }
        panic!("names are overdue: {:?}", self.world.host.rows(open));
    }

    /// Are the names as they should be?
    pub(super) fn check_names(&self) {
        let mut there = BTreeMap::new();
        for server in self.world.network.name_servers() {
            there.extend(server.records());
        }
        let mut wanted = BTreeMap::new();
        for record in self.world.records() {
            if record.state != VmState::Ready {
                continue;
            }
            let domain = {
                let services = self.world.host.services.borrow();
                services[&record.service.0]["domain"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            let chosen: Map<String, Value> =
                serde_json::from_str(&record.rev_dns).unwrap_or_default();
            for row in addresses(&self.world, record.service) {
                let address: IpAddr = row.text.parse().unwrap();
                let own = chosen
                    .get(&row.text)
                    .and_then(Value::as_str)
                    .filter(|name| !name.is_empty());
                let name = own.unwrap_or(&domain).to_owned();
                if !name.is_empty() {
                    wanted.insert((reverse_name(address), "PTR".to_owned()), vec![name]);
                }
                if row.position == 0 && !domain.is_empty() {
                    let kind = if address.is_ipv4() { "A" } else { "AAAA" };
                    wanted.insert((domain.clone(), kind.to_owned()), vec![row.text]);
                }
            }
        }
        for (key, values) in &wanted {
            assert_eq!(there.get(key), Some(values), "the record {key:?}");
        }
        // What a page that died was about to remove, nobody knows.
        let lost = self.sold.values().any(|sold| sold.names_lost);
        if !lost {
            for (key, values) in &there {
                assert!(
                    wanted.contains_key(key),
                    "the record {key:?} {values:?} is left over"
                );
            }
        }
    }
}
