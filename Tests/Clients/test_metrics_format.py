"""What Prometheus would make of `/metrics`: the strictest parser there is reads the text of real processes.

The processes write exposition format 0.0.4, for which `prometheus_client` has a lenient parser: it forgives a repeated
series or a histogram that does not add up. Its parser of OpenMetrics does not, and takes the same text once counters
are named as OpenMetrics does and the end is marked. Both must read the same figures.
"""

from __future__ import annotations

import math
import re

import pytest
import requests
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from admin_socket import AdminConnection
from broker_process import wait_until
from gateway_process import PUBLIC_URL, TOKENS, Gateway, form, reservation, sign
from patchbay_client import event

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STORED = 11  # events of a busy Broker: ten, and its own about the dead letter
TARGET = "/webhooks/twilio/flex/taskrouter"


def scrape_admin(broker) -> str:
    connection = AdminConnection(broker.run_dir / "admin-broker.sock")
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    body = answer.read()
    assert (answer.status, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    assert int(answer.headers["Content-Length"]) == len(body)
    return body.decode()


def scrape_gateway(gateway) -> str:
    answer = requests.get(f"{gateway.url}/metrics", timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    return answer.content.decode()


def figures(families) -> dict[tuple, float]:
    """Each sample by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples
    }


def parse_strictly(text: str) -> dict[str, object]:
    """The families by their names. Raises `ValueError` for all that is not a clean exposition."""
    if not text.endswith("\n") or "\n\n" in text or "\r" in text:
        raise ValueError("each line ends with one line feed, and none is empty")
    counters = re.findall(r"^# TYPE (\S+) counter$", text, re.MULTILINE)
    if wrong := [name for name in counters if not name.endswith("_total")]:
        raise ValueError(f"counters without _total: {wrong}")
    as_openmetrics = text
    for name in counters:
        as_openmetrics = re.sub(
            rf"^# (HELP|TYPE) {name} ", rf"# \1 {name.removesuffix('_total')} ", as_openmetrics, flags=re.MULTILINE
        )
    families = {family.name: family for family in parse_openmetrics(as_openmetrics + "# EOF\n")}
    if figures(families.values()) != figures(parse_text(text)):
        raise ValueError("the two parsers read different figures")
    for family in families.values():
        if family.type == "unknown" or not family.documentation or not family.samples:
            raise ValueError(f"{family.name} wants a type, a help text and a sample")
        if not family.name.startswith(("patchbay_", "process_")):
            raise ValueError(f"{family.name} has no prefix of ours")
        if bad := [sample for sample in family.samples if not math.isfinite(sample.value)]:
            raise ValueError(f"{family.name} is no number: {bad}")
    return families


def scrape_once_published(broker, count: int) -> dict[str, object]:
    """The families of the Broker, whose loop copies its figures out from time to time."""

    def scrape():
        families = parse_strictly(scrape_admin(broker))
        return families if figures(families.values())["patchbay_broker_published_total",] == count else None

    return wait_until(scrape, what=f"{count} events in the figures")


def test_the_admin_socket_of_a_broker_is_read_by_the_strict_parser(busy_broker):
    families = scrape_once_published(busy_broker, STORED)
    read = figures(families.values())
    assert read["patchbay_broker_map_entries",] == 1
    assert read["patchbay_broker_sessions",] >= 1
    assert read["patchbay_broker_group_dead_letters", ("group", "metrics.group")] == 1
    assert families["patchbay_build_info"].samples[0].labels["service"] == "broker"
    assert families["process_resident_memory_bytes"].samples[0].value > 1 << 20


def test_counters_never_go_back_and_no_series_vanishes(busy_broker):
    before = scrape_once_published(busy_broker, STORED)
    busy_broker.client().publish(event("t.metrics", "k", "metrics-more"))
    later = figures(scrape_once_published(busy_broker, STORED + 1).values())
    assert figures(before.values()).keys() <= later.keys()
    for family in before.values():
        if family.type in ("counter", "histogram"):
            for series, value in figures([family]).items():
                assert later[series] >= value, series


def test_the_gateway_shows_every_process_in_one_strict_text(busy_broker):
    alone = scrape_once_published(busy_broker, STORED)
    with Gateway(busy_broker).start() as gateway:
        parameters = reservation(1)
        signature = sign(PUBLIC_URL + TARGET, parameters, TOKENS["flex"])
        assert gateway.post(TARGET, form(parameters), signature).status_code == 204
        families = parse_strictly(scrape_gateway(gateway))
    samples = [sample for family in families.values() for sample in family.samples]
    assert {sample.labels.get("instance") for sample in samples} == {"broker", "gateway"}
    shown = {name for name, family in families.items() if any(s.labels["instance"] == "broker" for s in family.samples)}
    assert alone.keys() <= shown
    durations = families["patchbay_gateway_webhook_duration_seconds"]
    assert durations.type == "histogram"
    taken = {s.labels["family"]: s.value for s in durations.samples if s.name.endswith("_count")}
    assert taken["taskrouter"] == 1


GAUGE = "# HELP patchbay_a A.\n# TYPE patchbay_a gauge\n"
HISTOGRAM = "# HELP patchbay_h H.\n# TYPE patchbay_h histogram\n"


@pytest.mark.parametrize(
    "text",
    [
        GAUGE + "patchbay_a 1\npatchbay_a 2\n",
        GAUGE + "patchbay_a 1",
        GAUGE + "patchbay_a one\n",
        GAUGE + "patchbay_a NaN\n",
        GAUGE + 'patchbay_a{b="c} 1\n',
        GAUGE,
        "patchbay_a 1\n",
        GAUGE.replace("_a ", "_a_count ").replace("gauge", "counter") + "patchbay_a_count 1\n",
        GAUGE + "patchbay_a 1\n" + GAUGE.replace("_a", "_b") + "patchbay_b 1\n" + GAUGE + 'patchbay_a{c="d"} 1\n',
        HISTOGRAM + 'patchbay_h_bucket{le="1"} 2\npatchbay_h_bucket{le="+Inf"} 1\npatchbay_h_sum 1\npatchbay_h_count 1\n',
        HISTOGRAM + 'patchbay_h_bucket{le="1"} 1\npatchbay_h_sum 1\npatchbay_h_count 1\n',
        HISTOGRAM + 'patchbay_h_bucket{le="+Inf"} 1\npatchbay_h_sum 1\npatchbay_h_count 2\n',
    ],
    ids=[
        "repeated series", "no last line feed", "no number", "not a number", "open quote", "no sample", "no type",
        "counter without _total", "family in two places", "falling buckets", "no bucket for all", "count is not the sum",
    ],
)  # fmt: skip
def test_the_strict_parser_is_strict(text):
    with pytest.raises(ValueError):
        parse_strictly(text)


def test_the_strict_parser_takes_what_is_right():
    text = GAUGE + 'patchbay_a{b="\\"c\\"\\n"} 1\n' + GAUGE.replace("_a", "_b_total").replace("gauge", "counter")
    text += "patchbay_b_total 2\n" + HISTOGRAM
    text += 'patchbay_h_bucket{le="1"} 1\npatchbay_h_bucket{le="+Inf"} 2\npatchbay_h_sum 3\npatchbay_h_count 2\n'
    assert parse_strictly(text).keys() == {"patchbay_a", "patchbay_b", "patchbay_h"}
