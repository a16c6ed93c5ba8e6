//! Charts: what Proxmox remembers, in percent and MB/s.

use super::*;

#[test]
fn every_period_is_drawn_in_the_page_s_units() {
    let world = world(&json!({}));
    world.advance(HOUR);
    for frame in ["hour", "day", "week", "month", "year"] {
        let data = granted(&world, &json!({"op": "charts", "timeframe": frame}));
        assert_eq!(data["timeframe"], frame);
        let points = data["points"].as_array().unwrap();
        assert_eq!(points.len(), 70, "{frame}");
        let times: Vec<u64> = points.iter().map(|p| p["time"].as_u64().unwrap()).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    }
    let data = granted(&world, &json!({"op": "charts"}));
    assert_eq!(data["timeframe"], "hour");
    let last = data["points"].as_array().unwrap().last().unwrap().clone();
    let vmid = world.record(SERVICE).vmid.unwrap();
    let raw = world.drive(|site| async move {
        let params = site.host.services(vec![SERVICE.0]).await.unwrap();
        let service = puq_proxmox_kvm::plan::Service::parse(&params[0]).unwrap();
        let clusters = puq_proxmox_kvm::vm::SharedClusters::default();
        let cluster = clusters.of(&site, service.server_id, &service.server).await;
        let cluster = cluster.unwrap();
        let node = cluster.locate(vmid).await.unwrap().unwrap();
        let frame = puq_proxmox_kvm::pve::Timeframe::Hour;
        cluster.api.vm(&node, vmid).rrddata(frame).await.unwrap()
    });
    let raw = raw.last().unwrap();
    let near = |shown: &Value, wanted: f64| {
        assert!(
            (shown.as_f64().unwrap() - wanted).abs() < 0.001,
            "{shown} is not {wanted}"
        );
    };
    near(&last["cpu"], raw.cpu.unwrap() * 100.0);
    near(
        &last["memory"],
        raw.mem.unwrap() / raw.maxmem.unwrap() * 100.0,
    );
    near(&last["net_in"], raw.netin.unwrap() / 1e6);
    near(&last["net_out"], raw.netout.unwrap() / 1e6);
    near(&last["disk_read"], raw.diskread.unwrap() / 1e6);
    near(&last["disk_write"], raw.diskwrite.unwrap() / 1e6);
    assert!(raw.cpu.unwrap() > 0.0 && raw.netin.unwrap() > 0.0);
}

#[test]
fn other_periods_and_forbidden_charts_are_refused() {
    let world = world(&json!({"charts": "0"}));
    let why = refused(&world, &json!({"op": "charts"}));
    assert_eq!(why, "Your product does not include this.");
    for frame in [json!("decade"), json!(""), json!(["hour"]), json!(1)] {
        let why = not_done(&world, &json!({"op": "charts", "timeframe": frame}));
        assert!(why.contains("hour, day, week, month or year"), "{why}");
    }
    done(&world, &json!({"op": "charts", "timeframe": "week"}));
}
