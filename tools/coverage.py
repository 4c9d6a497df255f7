"""Print what share of figures gets a code of the codebook.

    python tools/coverage.py data/raw/*.md --facts facts.csv [--out data/validation/coverage.csv]

Reports are read whole; counted are achieved figures, changes from an earlier value apart, since
these never get a code. A facts file is a CSV table with a column ``facts`` of ``name=value``
pairs, separated by ``;``: each pair is read alone as ``name`` + ``value``, without a heading or
sentence. A fact is coded if any of its figures is; it names no topic if its name is made of the
general words in ``GENERAL`` only. ``--out`` takes the counts of the facts as a table.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from govlaw.codebook import load
from govlaw.extraction import extract, extract_file
from govlaw.model import Document, Observation

#: Words that say how something was done, or to whom, and not what it was about.
GENERAL = re.compile(
    r"(?:专题|专项|集中|集体|理论|系统|党组|党校|干部|教育|会议|市级|场均|文件|思想|学习|研讨|讲座|"
    r"报告|授课|党课|辅导|培训|班次|班|会|业务|参训|受训|参考|参加|参与|学员|覆盖|率|考试|测试|通过|"
    r"合格|达标|优秀|听取|汇报|研究|部署|安排|工作|推进|党委|研判|主持|召开|调研|督导|督查|督察|"
    r"单位|部门|乡镇|街道|镇街|区县|县|市州|省辖市|市|省级|省|区|牵头|责任|试点|任务|议题|方面|"
    r"举措|措施|文件|意见|建议|资料|信息|审核|征集|征求|审查|废止|修改|失效|新增|新制定|取消|"
    r"承接|下放|调整|收回|撤销|清理|备案|整改|问题|事项|项目|服务|活动|办理|办结|办件|满意|度|"
    r"解决|完成|配备|占比|比例|减少|压缩|同比|增长|下降|较上年|细化|累计|人次|排名|评估|评价|考核|"
    r"考评|综合|单项|证明|材料|申请|单独|各|年度|重点|主题|宣传|获|受众|直播|次数|数)+"
)


@dataclass(slots=True)
class Count:
    """How many figures there are, and how many of them have a code."""

    figures: int = 0
    coded: int = 0

    def add(self, observations: Iterable[Observation]) -> None:
        """Count achieved figures."""
        for observation in observations:
            if observation.quantity.role == "actual" and observation.quantity.kind != "change":
                self.figures += 1
                self.coded += bool(observation.indicator)

    def __str__(self) -> str:
        share = 100 * self.coded / self.figures if self.figures else 0
        return f"{self.coded} of {self.figures} ({share:.0f}%)"


def facts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and value of every fact of a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for fact in row["facts"].split(";"):
                if fact.strip():
                    name, _, value = fact.strip().partition("=")
                    yield name, value


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    book = load()
    print(f"codebook {book.version}: {len(book.indicators)} entries, {len(book.listed)} rules")
    total = Count()
    for path in chosen.reports:
        observations, here = extract_file(path).observations, Count()
        for count in (here, total):
            count.add(observations)
        print(f"{path.stem}: {here}")
    if chosen.reports:
        print(f"achieved figures of {len(chosen.reports)} reports: {total}")
    if chosen.facts is None:
        return
    coded = general = number = 0
    figures = Count()
    for name, value in facts(chosen.facts):
        observations = extract(Document("fact", name + value, "")).observations
        figures.add(observations)
        number += 1
        if any(o.indicator for o in observations):
            coded += 1
        elif GENERAL.fullmatch(name):
            general += 1
    print(f"facts: {coded} of {number} ({100 * coded / number:.0f}%)")
    print(f"their figures: {figures}")
    named = number - general
    print(f"facts without a code whose name tells no topic: {general}")
    print(f"facts that name a topic: {coded} of {named} ({100 * coded / named:.0f}%)")
    if chosen.out:
        with chosen.out.open("w", encoding="utf-8", newline="") as table:
            writer = csv.writer(table, lineterminator="\n")
            writer.writerow(("what", "coded", "figures", "codebook"))
            writer.writerow(("facts", coded, number, book.version))
            writer.writerow(("facts_with_topic", coded, named, book.version))


if __name__ == "__main__":
    main()
