"""Build govlaw/fonts/GovlawSansSC-Regular.otf, the font of the figures.

The font is a renamed subset of Noto Sans CJK SC Regular 2.004 (SIL Open Font License 1.1).
Usage, with the project's own environment (fonttools comes with matplotlib):

    python tools/build_font.py NotoSansCJK-Regular.ttc [OUTPUT]

govlaw/fonts/README.md says where the source file comes from. The same source and the same
fonttools give the same bytes. Why a subset and why another name:

- The whole font is 16 MB; what Chinese reports and their charts need is a tenth of that.
- With its own name an installed Noto Sans is never drawn in its place, so figures are the same on
  every machine.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Govlaw Sans SC"
POSTSCRIPT = "GovlawSansSC-Regular"
VERSION = "Version 1.000; subset of Noto Sans CJK SC 2.004"
OUTPUT = Path(__file__).resolve().parent.parent / "govlaw" / "fonts" / f"{POSTSCRIPT}.otf"
LIMIT = 2 * 1024 * 1024
SOURCE_FACE = "NotoSansCJKsc-Regular"
SOURCE_SHA256 = "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"
COPYRIGHT = "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'"
DESCRIPTION = (
    "Modified version of Noto Sans CJK SC Regular 2.004: fewer characters, no hinting, no vertical "
    "layout, renamed. Made for the figures of govlaw."
)

# Unicode ranges beside GB 2312, first and last.
RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x2002, 0x200A),  # spaces
    (0x2010, 0x2027),  # dashes, quotes, dagger, bullet, ellipsis
    (0x202F, 0x203E),  # per mille, primes, reference mark
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x214F),  # letter-like: degree, number, trade mark
    (0x2150, 0x218B),  # fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # circled and bracketed numbers and letters
    (0x2500, 0x257F),  # box drawing
    (0x2580, 0x25FF),  # blocks, geometric shapes
    (0x2600, 0x2612),  # stars, ballot boxes
    (0x2713, 0x2718),  # ticks and crosses
    (0x2776, 0x2793),  # negative circled numbers
    (0x3000, 0x303F),  # Chinese punctuation
    (0x3220, 0x3243),  # bracketed Chinese numbers
    (0x3251, 0x325F),  # circled numbers over twenty
    (0x3280, 0x32BF),  # circled Chinese numbers
    (0x3371, 0x33FF),  # squared units, days
    (0xFE10, 0xFE1F),  # vertical forms
    (0xFE30, 0xFE4F),  # compatibility forms
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),
)

# Chinese characters that GB 2312 lacks: in names of places, from provinces down to villages, in
# the divisions of the National Bureau of Statistics (2023 edition), and a few of names and titles.
EXTRA = """
㘵㙍㙘㙟㙦㟓㭎㮾㯊㱔㳇㴩㵲䃎䃥䅟䌷䢺䩐並丼乢乪亁仚伾佀俵倗倴偭僰儀內冚冮冸凃凗剅劄勍匼吽呇咇
咘咡哃哱唵啟啰喆喦嗏嗙嗮嘠嘡噇噉嚇囮囷圐圙圢圫坉坋坔坢坣坥坬坮坵坽垇垎垏垕垙垚垞垟垯垱垵垷垺
垾埇埉埌埗埜埨埫埼堉堌堎堐堦堧堨堼堽塂塅塆塚塝塭塱墈墎墕墘墠墡墺壆壇夬夿奓奡奤姞姮嫄孖寀尅尓
尙屲屴屽屾岎岕岞岠岴岺峃峇峉峎峏峣峧峯峱峽崀崄崑崙崚崟崶崷嵅嵎嵔嵖嵠嶀嶅嶺巉巺帲幹庒廻弇弶復
恵扆拃捲掛敔敭斢旴旵旸旻昄昇晹曌朏朩朳朶杄杧杮東杴枆枊枌枒枹柅柤査栆栜栟桲梌梽棆棪棬椑椗楊楟
楩楪楯楻榃榅槓槚槜樑橖橦檺櫈毘氹氾氿汈汎汖汫汭沄沇沋沕沚沬沶沺泃泇泑泘泜洈洊洑洖洢洣洨洩洰洴
洸洺浀浉浐浛浬浭浰浲浿涘涢涳涴涺淜淯淰渰渼湆湑湗湡湧湳湴湻溁溇溠溡溵溹滆滍滘滣滧漈漋漍漖漴漷
漹潩潵澥澪澬澴濛瀂瀍瀼烔煖熂燊爃牁牂牤犇狟猇猯獏玍玕玘玙玠玥珣珪珮珰珺琇琍琯瑠瑢瑤瑯璟璪瓈瓘
甡甪甶甽畓畖畤畬癿皛盃眕瞭矴砄砠砲砵硁硃硊硋硍硔硙硚硠硿碁碃碈碕碨碶磂磏磑磘磛磜磝磡磳磵磹磻
礌礐礵祇祎祐禇禤秾穇窊窎窰窵竂竜笯筀筜筶筸筼箖篢簕簝簰籐粦紵罳羑義翙耇耈耑脿舖舠舥舲艞艻芣芶
苧苲苽苾茍荄荍荖荘莊莙菉菓菴萂萩葎蒟蓆蓢蓭蔃蔄蔈蔴蔵蕗藟藠藨藴虒虸蚄蚆蚳蟇蟳衕衖裡觃訚語谼谿
賀贠趙蹅蹾軨輋輶辿迴迺遆遊邘邠邨邽郃郚郞郤郪郿鄀鄌鄑鄘鄚鄜鄠鄫鄮酂酄鋪鐣鑑铚閤閻闇阇陑雲霅靄
靬靰鞡韓韮頔驲骍骔骕骦髙魚鮀鮜鲊鲖鲹鳡鴜鶄鶖鷺龍𡌶𡐓
"""


def characters() -> set[int]:
    """The code points the font should have, as far as the source has them."""
    wanted = {point for first, last in RANGES for point in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            wanted.update(map(ord, bytes([row, cell]).decode("gb2312", errors="ignore")))
    return wanted | {ord(character) for character in EXTRA if not character.isspace()}


def open_face(path: Path) -> TTFont:
    """Open the simplified Chinese face of the collection."""
    for face in TTCollection(path, lazy=True).fonts:
        if face["name"].getDebugName(6) == SOURCE_FACE:
            face.recalcTimestamp = False
            return face
    raise SystemExit(f"error: {path.name} has no face {SOURCE_FACE}")


def cut(font: TTFont) -> None:
    """Keep the wanted characters and drop what a horizontal figure does not use."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.name_IDs = []  # rename() writes them anew
    options.notdef_outline = True
    options.drop_tables += ["BASE", "DSIG", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Replace every name, in the name table and inside the CFF table."""
    license_text = (
        "This Font Software is licensed under the SIL Open Font License, Version 1.1. "
        "This license is available with a FAQ at: https://scripts.sil.org/OFL"
    )
    names = {
        0: COPYRIGHT,
        1: FAMILY,
        2: "Regular",
        3: f"1.000;{POSTSCRIPT}",
        4: FAMILY,
        5: VERSION,
        6: POSTSCRIPT,
        10: DESCRIPTION,
        13: license_text,
        14: "https://scripts.sil.org/OFL",
    }
    font["name"].names = []
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)  # Windows, Unicode, US English
    font["OS/2"].achVendID = "    "
    font["head"].fontRevision = 1.0

    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName, top.Weight = FAMILY, FAMILY, "Regular"
    top.Notice = COPYRIGHT
    for part in top.FDArray:
        part.FontName = part.FontName.replace("NotoSansCJKjp-Regular", POSTSCRIPT)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the font of govlaw's figures.")
    parser.add_argument("source", type=Path, help="NotoSansCJK-Regular.ttc, version 2.004")
    parser.add_argument("output", type=Path, nargs="?", default=OUTPUT)
    arguments = parser.parse_args()

    digest = hashlib.sha256(arguments.source.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        print(f"warning: another source than the one recorded, sha256 {digest}", file=sys.stderr)
    font = open_face(arguments.source)
    cut(font)
    rename(font)
    font.save(arguments.output)

    data = arguments.output.read_bytes()
    missing = sorted(characters() - set(font.getBestCmap()))
    print(f"{arguments.output.name}: {len(font.getBestCmap())} characters, {len(data)} bytes")
    print(f"sha256 {hashlib.sha256(data).hexdigest()}")
    print(f"not in the source: {len(missing)}, of them of the list of names:", end=" ")
    print("".join(chr(point) for point in missing if chr(point) in EXTRA) or "none")
    if len(data) > LIMIT:
        print(f"error: the font is larger than {LIMIT} bytes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
