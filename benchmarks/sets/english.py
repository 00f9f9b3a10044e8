"""English-like names, places and streets with skewed frequencies."""

from __future__ import annotations

import numpy as np

from sets.noise import listed

_MEN = listed("""
    john william george james thomas henry charles joseph robert edward samuel richard david frederick walter alfred
    arthur albert peter daniel francis benjamin ernest harry isaac frank herbert ralph michael stephen andrew
    alexander matthew philip edwin hugh jacob lewis abraham anthony christopher patrick martin ambrose reuben eli
    job amos noah aaron simon nathaniel jonathan joshua moses jesse levi enoch solomon elijah gilbert leonard percy
    sidney stanley harold cecil bernard clarence cyril cuthbert dennis douglas edgar edmund eric eustace felix
    gerald godfrey gordon guy hector horace hubert humphrey ivor jasper jeremiah julian kenneth laurence leopold
    lionel luke malcolm mark maurice miles neville nicholas norman oliver oscar oswald owen paul raymond reginald
    roger roland rowland rupert silas theodore timothy tobias vincent wilfred zachariah adam alan archibald barnaby
    basil bertram caleb clement conrad cornelius crispin duncan ebenezer ellis evan ezra fergus gabriel gareth giles
    graham hamish hezekiah ian job jabez jethro kit lambert leander magnus nigel obadiah quentin rhys seth septimus
    titus ulric uriah valentine victor wallace xavier
""")
_WOMEN = listed("""
    mary elizabeth sarah ann jane margaret hannah ellen alice emma martha annie eliza emily florence harriet edith
    ada minnie kate susan catherine charlotte agnes clara fanny maria rebecca rachel isabella louisa ruth amelia
    caroline esther frances lucy bessie betsy gertrude rose julia grace lydia matilda mabel ethel lilian maud nellie
    beatrice phoebe rosina selina sophia susannah winifred bertha amy dorothy elsie eva hilda ivy daisy violet olive
    may lily nora janet barbara anne phyllis marjorie constance jessie bridget helen priscilla dinah deborah leah
    naomi judith miriam tabitha keziah kezia drusilla adelaide adelina agatha alma althea amanda angelina annabel
    antonia augusta blanche cecilia celia christabel christina clementina cordelia cynthia delia diana dora dorcas
    effie eleanor elvira emmeline ernestine estelle eugenia euphemia evelyn felicia flora georgina gladys gwendoline
    henrietta hester honor ida irene isobel jemima joan joanna josephine joyce katherine laura lavinia leonora
    letitia lilith lorna madeline marian marion mercy mildred millicent myra nancy octavia olivia ophelia patience
    pauline penelope philippa prudence rhoda rosamund rosalind sabina sylvia temperance thirza ursula veronica
    victoria vera wilhelmina zillah
""")
_COMMON_SURNAMES = listed("""
    smith jones williams taylor brown davies evans thomas wilson johnson roberts robinson wright thompson walker
    white edwards hughes green hall wood lewis harris clarke clark jackson jenkins turner hill scott cooper morris
    ward moore king watson baker harrison morgan patel allen mitchell james anderson phillips lee bell parker davis
    bennett miller cook shaw richardson carter collins marshall price bailey gray cox adams wilkinson foster chapman
    mason russell powell webb rogers hunt mills holmes palmer matthews fisher barnes knight harvey barker butler
    jennings kelly dixon stevens gibson fletcher pearson howard andrews elliott ford reynolds graham
""")
_STEMS = listed("""
    ash brad black brook burn chad charl clay cot crab dal den dray east ed ell fair farn gar gold gran hart hay hem
    hol hor kirk lang lea lin lock lut mar mel mid mor nor oak old pem pen pick ray red rip rock ros rus sand sel
    shel sher stan stock stret sut swin tat thorn til tre wad wal war wen whit wick win wood wool wor yar
""")
_ENDINGS = listed("""
    ford ton ley ham well worth field wood by croft man more land gate shaw den stock bury combe stead wick dale
    thorpe bourne ridge low burn son cott
""")
_PLACE_STEMS = listed("""
    alder barton bex birch bran cal can ched cor dor dun elm fen glen hex ilm ken lam led lyd mal nan oak orm pres
    quen rad sal tad und ver wex yat
""")
_PLACE_ENDINGS = listed("""
    ham ton bury minster field mouth stone chester wick ford
""")
_STREETS = listed("""
    high church mill station victoria albert queen king park london bridge castle chapel market north south east
    west school grange manor garden orchard river spring brook hill wood cross abbey priory temple union george john
    james wharf canal foundry weaver baker tanner cooper smith potter glover silver gold copper iron lead tin corn
    hay meadow field lane elm oak ash beech lime poplar willow holly ivy rose lily
""")
_WAYS = listed("""
    street road lane row terrace court place yard
""")


def _mixed(words: list[str]) -> list[str]:
    """The words in a fixed random order, so that alphabetical neighbours are not equally common."""
    return list(np.random.default_rng(1851).permutation(sorted(set(words))))


MEN_POOL = np.array(_MEN)
WOMEN_POOL = np.array(_WOMEN)
SURNAME_POOL = np.array([*_COMMON_SURNAMES, *_mixed([a + b for a in _STEMS for b in _ENDINGS])])
PLACE_POOL = np.array(_mixed([a + b for a in _PLACE_STEMS for b in _PLACE_ENDINGS]))
STREET_POOL = np.array(_mixed([f"{a} {b}" for a in _STREETS for b in _WAYS]))
SHORT_FORMS = {
    "william": "bill",
    "john": "jack",
    "robert": "bob",
    "richard": "dick",
    "edward": "ted",
    "thomas": "tom",
    "james": "jim",
    "charles": "charlie",
    "joseph": "joe",
    "samuel": "sam",
    "henry": "harry",
    "frederick": "fred",
    "alfred": "alf",
    "albert": "bert",
    "benjamin": "ben",
    "daniel": "dan",
    "elizabeth": "betty",
    "mary": "polly",
    "margaret": "maggie",
    "sarah": "sally",
    "ann": "annie",
    "catherine": "kate",
    "susan": "sue",
    "eliza": "lizzie",
    "ellen": "nellie",
    "harriet": "hattie",
    "florence": "flo",
    "frances": "fanny",
    "martha": "patty",
    "alice": "ally",
}
