"""Curves of two runs behind one another."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from gen3d.plot import RUN_COLOURS, draw_curves, read_logs, read_together

HEADER = "iteration,seconds,loss,colour,alpha,normal\n"


def write(path: Path, rows: list[tuple[float, float]]) -> Path:
    path.write_text(HEADER + "".join(f"{i},{s},{v},{v / 2},{v / 4},{v / 8}\n" for i, (s, v) in enumerate(rows)))
    return path


def test_runs_follow_one_another(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", [(60, 1.0), (120, 0.5)])
    second = write(tmp_path / "b.csv", [(60, 0.4), (180, 0.2)])
    curves, starts = read_logs([first, second])
    assert curves["loss"].minutes == [1, 2, 3, 5]
    assert starts == [0, 2]
    assert curves["loss"].values[0] == 1.0 and curves["loss"].values[2] == 0.4
    assert 0.5 < curves["loss"].values[1] < 1.0
    picture = ElementTree.fromstring(draw_curves(curves, starts))
    lines = [e for e in picture if e.tag.endswith("polyline")]
    assert [len(line.attrib["points"].split()) for line in lines] == [4, 4, 4, 4]
    ends = [float(line.attrib["points"].split()[-1].split(",")[0]) for line in lines]
    assert len(set(ends)) == 1


def test_runs_that_started_alike_lie_over_one_another(tmp_path: Path) -> None:
    files = []
    for name, end in (("x0", 0.2), ("v", 0.4)):
        (tmp_path / name).mkdir()
        files.append(write(tmp_path / name / "log.csv", [(6, 1.0), (12, end)]))
    curves = read_together(files)
    assert [(name, curve.minutes) for name, curve in curves.items()] == [("x0", [0.1, 0.2]), ("v", [0.1, 0.2])]
    picture = ElementTree.fromstring(draw_curves(curves, colours=RUN_COLOURS))
    lines = [e for e in picture if e.tag.endswith("polyline")]
    assert len({line.attrib["stroke"] for line in lines}) == len(lines) == 2
    texts = [e.text or "" for e in picture if e.tag.endswith("text")]
    assert "0.20" in texts and sum(text.startswith(("x0 ", "v ")) for text in texts) == 2


def test_an_empty_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no rows"):
        read_logs([write(tmp_path / "a.csv", [])])
