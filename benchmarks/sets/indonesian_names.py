"""Javanese and Indonesian names: skewed as in the population, a fifth of them mononyms, the commonest about .4 %."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from sets.noise import drawn, listed

_MEN = listed("""
    slamet sutrisno supardi mulyadi suparman suyanto sukarno subagyo sugeng suharto sumarno sudarmo suwarno sutopo
    sunaryo supriyanto suroso sugiyono wagiman wagiran ngatijo ngadiman paijo tukiman tukijo tugiman poniman ponidi
    parjo parman parto karto karyo darmo joko agus budi bambang eko dwi tri catur heru hari hendra hendro iwan indra
    irwan yudi yanto yusuf yulianto wahyu wawan widodo wibowo teguh taufik sigit setiawan santoso rudi rohmad ridwan
    rahmat purwanto purnomo prasetyo pramono nur nurdin nugroho mohammad muhammad ahmad abdul ali arif andi anton
    ari aris bagus bayu cahyo dani dedi deni didik dimas edi fajar faisal farid fauzi galih gunawan hadi hasan
    haryanto hidayat husen imam ismail jamal kasiman kurniawan kusnadi lukman mansur margono misbah mustofa muslim
    mujiono nanang ngadi pardi pujianto rizki rohman sabar saiful salim samsul sarjono sholeh solikin sujarwo
    sukirman sumadi tarmuji tohir trisno ujang umar untung usman wardoyo warsito wiyono yahya zainal
""")
_WOMEN = listed("""
    nurhayati sulastri sumiati siti sri dewi endang ani anik ari astuti ayu binti dian dwi eka eko ela endah eni
    ernawati erni fatimah fitri fitriani halimah handayani hartati hartini heni ida indah indriyani ira istiqomah
    isnaini jumiati jumini kartini karsini kasiyem kastini khotimah komariah kusmiati lasmi lestari lilik lina lis
    luluk maesaroh maimunah marni maria maryam mawar mei mujiati mulyani munawaroh muntamah musrifah nani ngatini
    ngatmi ngadinem nina ning ninik novi nuning nur nurul paijem painem parinem parmi partini poniyem puji purwanti
    puspita putri rahayu rahmawati ratna retno ria rina rini riska rohmah romlah rosidah rukmini rumiyati sadinem
    sainem salamah samiyem sari sarinem sariyem saudah setyowati siami sinta sulasmi sulastri sumarni sumarsih
    sunarti suparmi supatmi supriyati surati suryani susanti susilowati sutinah suwarni suwarti tarmi tini titik tri
    tukinem tuminah umi utami wagiyem wahyuni warsini wati watini wiji winarni wulandari yanti yatmi yuli yuliana
    yuliati yuni yunita zaenab zubaidah
""")
_ROOTS = listed("""
    su sri pur har mul war tri nur dar kar mar par sul sum sun sut wi yul bud eko joko set rah ris ras rus ded and
    ast prih kus sar mud man nug wid wah fit her hen ind ism jum kas lis lus mai muj naw pon ren rin rok sit sug suk
    sup sur
""")
_MEN_ENDINGS = listed("""
    yanto yono adi anto arso eno iman ijan ijo ino iono iyanto jito mono nardi noto oyo rianto sono tanto tono wanto
    wardi wito yadi yat mawan darto
""")
_WOMEN_ENDINGS = listed("""
    yanti yani atun iyati iyem iyah ningsih wati wahyuni asih astuti hartini inah inem ini isah mini narti nah
    rahayu tiyah tun wanti yah yati lestari darti
""")
_LATER = listed("""
    pratama saputra setiawan hidayat kurniawan nugroho wibowo santoso prasetyo ramadhan maulana firmansyah permana
    utomo wijaya susanto hartono purnomo rahman hakim fauzan akbar syahputra aditya arifin anwar basuki cahyono
    darmawan efendi febrianto haryadi irawan ismail jatmiko kuncoro lesmana mahendra nurdiansyah pamungkas riyadi
    sanjaya subekti suryadi tamrin wicaksono yulianto zulkarnain
""")
_LATER_WOMEN = listed("""
    lestari wulandari rahayu astuti ningsih wati handayani puspitasari permatasari anggraini safitri oktaviani
    maharani kusumawardani pratiwi setyaningsih hidayah aisyah azizah fadhilah hasanah khasanah kholifah maghfiroh
    mufidah nabila novitasari nuraini purnamasari rahmadani rahmawati ramadhani salsabila saputri suryaningsih
    susilowati utami widyastuti yuliani zahra
""")


def _pool(known: list[str], endings: list[str]) -> np.ndarray:
    """The known names first, then compounds in a fixed random order."""
    made = np.random.default_rng(1945).permutation(
        sorted({root + end for root in _ROOTS for end in endings} - set(known))
    )
    mixed = np.random.default_rng(17).permutation(sorted(set(known)))
    return np.array([*mixed, *made])


MEN_POOL, WOMEN_POOL = _pool(_MEN, _MEN_ENDINGS), _pool(_WOMEN, _WOMEN_ENDINGS)
LATER_POOL, LATER_WOMEN_POOL = np.array(_LATER), np.array(_LATER_WOMEN)
SPELLINGS = (("dj", "j"), ("tj", "c"), ("oe", "u"))
SHORTENED = {"muhammad": "m", "mohammad": "moh", "abdul": "abd", "siti": "st", "ahmad": "a", "nur": "n"}


def full_names(man: np.ndarray, born_year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Names in lower case: one word for 70 % of those born before 1966, 20 % until 2006, 2 % after; else 2 or 3."""
    size = len(man)
    skewed = partial(_drawn, man, rng)
    first = skewed((MEN_POOL, WOMEN_POOL), 0.82, 14.0)
    second = np.where(
        rng.random(size) < 0.5,
        skewed((MEN_POOL, WOMEN_POOL), 0.7, 20.0),
        skewed((LATER_POOL, LATER_WOMEN_POOL), 0.6, 5.0),
    )
    third = skewed((LATER_POOL, LATER_WOMEN_POOL), 0.5, 5.0)
    single_share = np.select([born_year < 1966, born_year < 2006], [0.70, 0.20], 0.02)
    coin = rng.random(size)
    words = np.where(coin < single_share, 1, np.where(rng.random(size) < 0.22, 3, 2))
    names = pl.DataFrame({"a": first, "b": second, "c": third, "words": words})
    joined = (
        pl.when(pl.col("words") == 1)
        .then("a")
        .when(pl.col("words") == 2)
        .then(pl.concat_str(["a", "b"], separator=" "))
        .otherwise(pl.concat_str(["a", "b", "c"], separator=" "))
    )
    return names.select(joined).to_series().to_numpy()


def _drawn(
    man: np.ndarray, rng: np.random.Generator, pools: tuple[np.ndarray, np.ndarray], exponent: float, offset: float
) -> np.ndarray:
    """Skewed draws from the men's pool where `man`, from the women's elsewhere."""
    men, women = (drawn(rng, pool, len(man), exponent, offset) for pool in pools)
    return np.where(man, men, women)


def old_spelling(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """u as oe, j as dj, c as tj: one of them a row, where the name has it."""
    kind = rng.integers(0, 3, len(text))
    chosen = [text.str.replace(new, old, literal=True) for old, new in SPELLINGS]
    picked = (
        pl.when(pl.Series(kind == 0)).then(chosen[0]).when(pl.Series(kind == 1)).then(chosen[1]).otherwise(chosen[2])
    )
    return pl.select(picked.alias(text.name)).to_series()


def titled(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """H., Hj., Drs., Bpk. or Ibu before the name, or S.Pd, alm or SE behind it."""
    before = pl.Series(np.array(["H. ", "Hj. ", "Drs. ", "Bpk ", "Ibu ", "", "", ""]))
    behind = pl.Series(np.array(["", "", "", "", "", ", S.Pd", " (alm)", ", SE"]))
    kind = rng.integers(0, 8, len(text))
    return before.gather(kind) + text + behind.gather(kind)


def shortened(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    """Muhammad as M, Siti as St, and so on, where the name begins so."""
    first = text.str.extract(r"^(\S+)")
    return pl.select(first.replace(SHORTENED) + text.str.replace(r"^\S+", "")).to_series()
