"""The stock of name tokens, by sex and generation, each list from the commonest on.

Names of Java as in DOMAIN's e-KTP counts and everyday knowledge; every full name is made by chance. Behind each list
stands a tail built from syllables the way Javanese and modern names are built, so that distinct names grow with the
population instead of ending with the list.
"""

from __future__ import annotations

from itertools import product
from typing import Literal

Generation = Literal["old", "middle", "young"]
"""Born before 1966, 1966 to 1989, since 1990."""

MONONYMS = {
    1: """
    Slamet Sutrisno Mulyadi Supardi Suparman Sugeng Suyanto Suparno Sukardi Mulyono Sumarno Wagiman Paiman Tukiman
    Ngadiman Sarjono Suwarno Sugiyanto Suroto Sudarmo Sutarno Suwito Sukirman Suradi Samsuri Kasiman Paidi Poniman
    Legiman Wagimin Jumadi Sunarto Suharto Sunaryo Subandi Sugianto Suyatno Darmaji Kusnan Kuswanto Jumari Tugiman
    Tugiyono Ponijan Sugito Sujarwo Sutikno Sutaji Sumadi Sunardi Sukadi Subagyo Sudarto Sugiman Suhadi Suhardi
    Sukamto Sukarno Sumaryono Sumardi Suprapto Supriyanto Supriyadi Suratman Suripto Surono Suryadi Sutejo Sutopo
    Suwardi Suwandi Wakidi Wardoyo Warsito Widodo Wiyono Yatiman Muhadi Muhajir Mujiono Mukidi Mulyanto Musliman
    Mustofa Nasikin Ngatimin Ngatiran Paijo Parjo Parman Pairan Ponidi Ponimin Purwanto Purnomo Rohmad Rusdi Saiful
    Sakiman Salamun Samiran Samsul Sanusi Sardi Sariman Sarno Satimin Senen Seno Seniman Sidik Siswanto Siswoyo
    Sodikin Solikin Subari Sudirman Sugiono Sukiman Sukemi Tamaji Tarmuji Teguh Timbul Tohari Trimo Tukijan Tukimin
    Tumiran Turmudi Wagirin Walidi Waluyo Warsono Wasito Zaenuri Zainuri Abdurrahman Achmadi Asmuni Asnawi Bakri
    Basuki Bejo Buang Budiono Buasan Daliman Damiri Darsono Djumadi Fauzi Giman Giyanto Giyono Harjono Hariyanto
    Hartono Haryanto Imron Irfan Ismail Jaelani Jaswadi Jayadi Juari Juwari Kadir Kaselan Kasdi Kasmari Kasnan Kemis
    Khoiri Kliwon Lasiman Lasimin Legimin Maksum Mardi Mariyono Marsudi Marsono Maryono Matali Misdi Misnan Misto
    Muhaimin Munawar Munir Muryanto Mustakim Nurhadi Nyoto Pardi Pairin Pitoyo Pujiono Rasmin Rebo Riyanto Riyadi
    Robani Rohman Sabar Saelan Saimin Sakri Samidi Sampurno Saniman Santoso Sapari Sarmin Sartono Satiman Satuman
    Sholeh Soleh Sudjono Suep Suliono Sunoto Tasmiran Tego Tohir Turiman Untung Usman Wariman Yusuf Yasin
    """,
    2: """
    Sulastri Sumiati Nurhayati Sumarni Suparti Sukarti Sutinah Painem Tukinem Wagiyem Ngatinah Ponirah Suminah
    Sumini Sutini Sulasmi Supiyah Kasiyem Jumiati Partini Parinem Tumini Tukiyem Paikem Mujiati Musringah Rukiyah
    Aminah Fatimah Khotijah Suratmi Sukinah Satinah Wakinah Saminah Juminten Sunarti Suharti Sulistyowati Suyati
    Sumiyati Sriyati Srimulyani Sutarmi Sugiarti Sugiyarti Sukesi Sukini Sulami Suliyah Sumaryati Sumirah Sumiyem
    Sundari Suparmi Supinah Supriati Supriyati Suprihatin Suriyah Surati Surip Suryati Sutiyah Sutiyem Suwarni
    Suwarti Suyatmi Tarmini Tasminah Tentrem Tini Tugiyem Tukirah Tumirah Tumiyem Wagirah Wagini Warsini Wartini
    Wasinah Wiji Yatinem Yatmi Yuliati Zubaidah Zulaikah Asiyah Asmaul Bibit Boinem Boniyem Darmi Darsini Djuminah
    Dasmi Ginah Giyem Hartini Haryati Ismiati Istiqomah Jaenab Jamilah Jariyah Jumini Juwariyah Kamsiyah Karmini
    Karsini Karti Kartini Kasinah Kasmi Kasmini Kasri Kasti Katinah Katiyem Khoiriyah Khusnul Kusmiati Lasinem Lasmi
    Lasmini Lastri Legiyem Lestari Maimunah Mariyam Mariyem Marsini Marsiti Martini Maryati Masamah Masruroh Misnah
    Misriah Mukinem Mulyati Munifah Munawaroh Musiyah Mutmainah Muslikah Muntiah Ngadinem Ngadiyem Ngaisah Ngatemi
    Ngatini Ngatiyem Nurjanah Paijem Painah Parmi Parsini Parti Pariyem Patemi Piyah Poniyem Ponikem Poniti Pujiati
    Rahayu Rahmawati Ramini Rasinah Rasmi Ratmini Ratna Rohani Rohmah Rubiah Rubiyem Rumini Rusmini Rusmiati Sadiyah
    Saidah Saimah Sainem Sajinem Sakinah Salamah Salmah Samiyem Samini Samirah Saodah Sariyem Sarinah Sarminah
    Sartini Satiyem Senen Setiyowati Sholikah Siswati Sisilia Siyam Soimah Suciati Sutri
    """,
}

FIRST: dict[int, dict[Generation, str]] = {
    1: {
        "old": """
    Abdul Moh Imam Ahmad Bambang Slamet Joko Agus Hadi Sri Muhammad Nur Sugeng Sutrisno Sumarno Harjo Suparman Djoko
    Wahyu Edi Heru Budi Untung Darmo Suyono Karto Wiryo Hari Mulyo Marto Pawiro Kromo Sastro Hardjo Abu Ali Umar
    Usman Zainal Nurul Samsul Syamsul Saiful Chairul Muh Achmad Suryo Sapto Ponco
    """,
        "middle": """
    Agus Muhammad Eko Budi Ahmad Abdul Bambang Heri Hadi Joko Dwi Tri Andi Edi Rudi Arif Imam Nur Sigit Wahyu Yudi
    Didik Dedi Hendra Heru Hari Iwan Wawan Yanto Anang Andri Anton Ari Aris Arifin Bayu Catur Dani Danang Deni Didin
    Dodi Eka Endro Erwin Fajar Fathur Feri Gatot Gunawan Hendro Hendrik Herman Heriyanto Ibnu Indra Irwan Ismail
    Jarot Jumadi Kholil Khoirul Kukuh Kurnia Lukman Lutfi Mahfud Mashudi Misbahul Moch Moh Mujib Mukhlis Nanang
    Nurul Puji Priyo Purwo Rahmat Ridwan Rohmad Roni Rohman Sapto Saiful Samsul Setyo Slamet Solikin Sofyan Sony
    Suhendra Sukma Sulis Supri Surya Susilo Sutrisno Syaiful Taufik Teguh Totok Toni Tono Trio Ujang Untung Wisnu
    Yoyok Yuli Yusuf Zaenal Zainul Zainal Yohanes Antonius Fransiskus Yulius Petrus Stefanus Robertus Paulus Yosep
    Ignatius
    """,
        "young": """
    Muhammad Ahmad Rizky Dimas Bagas Aditya Fajar Galih Yoga Rafi Fahri Ilham Bayu Reza Farel Abdul Achmad Adi Agil
    Agung Akbar Aldi Alfian Alif Alvin Amar Andika Angga Anggi Ardi Arga Ari Arief Arka Arya Azka Bima Bintang Bryan
    Candra Daffa Danang Daniel David Deni Dika Doni Dwi Eko Egi Elang Erik Evan Fadil Fahmi Faisal Faiz Farhan
    Fathan Febri Ferdi Ferry Fikri Firman Gading Gilang Gibran Habib Hafiz Haikal Hanif Hendra Hilmi Ibnu Ibrahim
    Ikhsan Imam Irfan Ivan Iqbal Jefri Jihan Johan Kelvin Kevin Khoirul Krisna Lintang Lutfi Mahendra Malik Naufal
    Nanda Nizar Nur Oki Pandu Panji Prasetyo Putra Raditya Rafa Rafael Raihan Raka Rama Rangga Rasya Rendi Revan
    Rian Ridho Ridwan Rifki Rio Rizal Robi Roni Satria Septian Surya Syahrul Tegar Teguh Tio Tri Umar Vino Wahyu
    Wildan Wisnu Yanuar Yogi Yusuf Zaki Zidan Zulfikar Abiyyu Alfarizqi Arsenio Athaya Attar Bramantyo Danish Elvano
    Gavin Kenzo Keenan Rayyan Shaka Zayyan Zhafran Arkan Abizar
    """,
    },
    2: {
        "old": """
    Siti Sri Nur Endang Umi Dewi Titik Sulastri Sumiati Tri Dwi Kus Mbok Sumarni Hartini Ratna Retno Suci Tutik
    Wiwik Lilik Maria Theresia Yuli Yohana Nurul Ani Rr Kusti Roro Wahyu Ida Eny Emi Harti Insiyah Juariyah Khusnul
    """,
        "middle": """
    Siti Sri Dwi Tri Nur Endang Dewi Eni Yuni Ani Ratna Wiwik Lilik Rini Titik Umi Ika Ida Lilis Nining Retno Ririn
    Tutik Yuli Nurul Anik Anis Ari Arini Asih Atik Astri Ayu Binti Chusnul Christina Debi Desi Diah Dian Diana Dina
    Dini Dyah Eka Elly Emi Erna Erni Ery Esti Etik Eva Evi Fatimah Fitri Heni Henny Herlina Hesti Indah Indri Ina
    Irma Isna Isti Iis Kartika Khoirul Kiki Kusuma Laila Leni Lestari Lia Linda Lina Luluk Lutfiah Mamik Maria Mei
    Mega Meri Mira Mudrikah Mufidah Nanik Naning Neni Nia Nita Novi Nunung Nuning Nurhayati Novita Peni Puji
    Purwanti Reni Resti Rika Rina Ris Rita Rohmah Rosita Rukmini Santi Sari Septi Setyo Sinta Sofia Suci Sulis Susi
    Theresia Tatik Tika Tina Tini Tiwi Utami Vera Veronika Wahyu Wati Widya Winarti Wulan Yanti Yayuk Yeni Yunita
    Zulfa Zumrotul Agustina
    """,
        "young": """
    Siti Dewi Putri Nabila Aulia Dinda Intan Citra Anisa Nadia Salsabila Zahra Amelia Rahma Nur Naila Aisyah Kayla
    Keisha Alya Adelia Adinda Afifah Ajeng Alfi Alisa Amanda Anggi Anggun Anindya Annisa Aprilia Arum Asti Ayu
    Azizah Bella Bunga Cahya Calista Cantika Chika Cindy Clara Delia Della Desi Devi Dhea Dia Dian Diana Diva Dwi
    Eka Elisa Elsa Erika Erlina Eva Fadila Farah Fatimah Febi Fitri Fira Gita Hana Hanifah Hesti Ika Ilma Indah
    Indri Irma Isnaini Jasmine Jihan Kartika Khansa Khoirunnisa Kirana Laila Lailatul Latifah Laura Lintang Lia
    Linda Luluk Lutfi Maya Mega Meisya Melati Mira Mutia Mutiara Nafisa Najwa Naura Nesa Nia Niken Nila Ningrum Nita
    Novi Nurul Okta Olivia Puspita Putu Rahmawati Ranti Ratih Ratna Regina Reni Revina Rina Rini Risma Rizka Rosa
    Safira Safitri Salwa Sania Sari Sekar Selvi Septi Shafa Shinta Shella Silvia Sinta Siska Sofia Syifa Tania Tasya
    Tiara Tika Tri Ulfa Vania Vina Widya Winda Wulan Yasmin Yuli Yunita Zaskia Zulfa Zunita Arsyila Adreena Shanum
    Humaira Hafizah Almira Aqila
    """,
    },
}

LAST: dict[int, dict[Generation, str]] = {
    1: {
        "old": """
    Santoso Suwarno Raharjo Wiyono Hartono Utomo Susanto Wahab Rahman Rohman Supriyadi Mulyono Prayitno Sudarsono
    Sumarto Suharto Sutomo Widodo Pranoto Wibowo Subroto Sukarno Sudiro Diharjo Wiharjo Atmojo Dikromo Karyo Rejo
    Sentono Suwito Mustofa Syukur Kholiq Rosyid Ghofur Hamid Manan Salam Majid Malik Jalal Karim Latif Hadi
    """,
        "middle": """
    Santoso Prasetyo Susanto Setiawan Wibowo Purnomo Nugroho Hariyanto Kurniawan Wijaya Widodo Cahyono Utomo Saputra
    Hidayat Rahman Arifin Sulistyo Priyanto Siswanto Subagyo Sutrisno Supriyadi Supriyanto Susilo Riyanto Riyadi
    Haryono Haryanto Hartono Handoko Hermawan Budiman Budianto Efendi Fauzi Firmansyah Gunawan Hakim Hamid Hasan
    Huda Irawan Ismail Iskandar Junaidi Kuswanto Ma'ruf Mahmud Mansur Maulana Mubarok Mulyono Mustofa Nurdin
    Pamungkas Prabowo Pramono Pranoto Prayitno Pribadi Purwanto Rohim Rosyid Rofiq Sasongko Setyawan Sholeh
    Sudarmanto Sudrajat Sugiarto Suhartono Sujatmiko Sukoco Sulaiman Suprapto Suryanto Suryadi Suseno Syafii
    Syaifudin Tamrin Triyono Wahyudi Wahid Waluyo Wardoyo Wardana Warsito Wicaksono Widianto Wiyono Yulianto Yuwono
    Zainudin Anwar Aziz Bahri Basuki Ghofur Jaya
    """,
        "young": """
    Pratama Saputra Ramadhan Maulana Hidayat Firmansyah Kurniawan Alfarizi Ardiansyah Febrian Setiawan Nugroho
    Prasetyo Putra Wijaya Wibowo Santoso Rizki Fauzan Fadillah Akbar Abdillah Adriansyah Agustian Alamsyah Aditya
    Anggara Arifin Azzam Darmawan Dewantara Efendi Fahrezi Fahreza Fajar Firdaus Gunawan Habibi Hakim Hanafi
    Haryanto Hermawan Ibrahim Irawan Iskandar Ismail Kusuma Laksono Mahardika Mahendra Mubarok Mulyono Mustofa
    Nugraha Nurrohman Oktavian Pamungkas Perdana Permana Prabowo Pradana Pradipta Prakoso Pranata Purnomo Rachman
    Rahmadani Rahmat Rasyid Ridwan Romadhon Rosyid Salim Samudra Sanjaya Satria Septian Setyawan Syahputra
    Syaifullah Sulaiman Susanto Utama Wahyudi Wardana Wicaksono Widodo Yudistira Yulianto Yusuf Zakaria Zulkarnain
    Alfaruq Athallah Arrasyid Albani Alghifari
    """,
    },
    2: {
        "old": """
    Aminah Sulastri Wahyuni Rahayu Astuti Fatimah Khotijah Maryam Sumarni Lestari Asiyah Rohmah Muawanah Suwarni
    Suprapti Sundari Hartati Hidayati Mulyani Mulyati Musrifah Romlah Zaenab Kalimah Ngaisah Munawaroh Suyati
    Sumiyati Suharti Suparti Purwati Winarni Mukaromah Sholikah Halimah Rukayah Masitoh Jamilah Kustiyah Maimunah
    """,
        "middle": """
    Wahyuni Lestari Rahayu Astuti Handayani Wulandari Setyowati Susanti Utami Aminah Fatimah Rohmah Hidayati
    Khasanah Mulyani Suryani Indrawati Purwanti Ningsih Wati Sulistyowati Rahmawati Winarti Kusumawati Fitriani
    Puspitasari Indriani Andayani Anggraini Aisyah Alfiyah Ambarwati Anjarwati Apriliani Ariyani Budiarti Cahyani
    Chotimah Damayanti Dewi Ekawati Ernawati Fauziah Faridah Fitriyah Hariyanti Haryati Hasanah Hartati Herawati
    Hartini Indahwati Irawati Istiqomah Jannah Kartini Khotimah Kholifah Kurniawati Kusmiati Lutfiah Maesaroh
    Maharani Maisaroh Marlina Maryati Masruroh Mufidah Munawaroh Mustika Mutmainah Muslimah Nafiah Nuraini Nurhayati
    Nurjanah Novitasari Oktavia Pertiwi Permatasari Prasetyowati Pratiwi Pujiastuti Purnamasari Purwati Puspita
    Rahmah Ratnasari Ratnawati Retnowati Rofiah Rohayati Rosidah Safitri Sari Setiawati Setyaningsih Sholihah
    Solikhah Sulastri Sumarni Sundari Supriyati Suprihatin Susilowati Sustiyah Trisnawati Ulfah Wardani Widayati
    Widiastuti Widyaningsih Wijayanti Winarsih Yulianti Yuliana Yuniarti Zahro Zubaidah Zulaikah Agustina Asmawati
    """,
        "young": """
    Putri Lestari Rahmawati Safitri Permatasari Maharani Anggraini Ramadhani Azzahra Nuraini Khoirunnisa Oktaviani
    Cahyani Kusuma Wulandari Puspitasari Dewi Sari Pratiwi Fitriani Agustin Aisyah Aini Alifah Amalia Amelia Andini
    Anggita Anjani Aprilia Apriliani Ardianti Arifin Aulia Ayuningtyas Az Azizah Bilqis Damayanti Fadilah Fatimah
    Febriana Febriyanti Fauziah Handayani Hasanah Hidayah Humaira Indriani Islamiyah Jannah Kamila Khasanah Kirana
    Khumairoh Kurniasari Kusumawati Larasati Latifah Mahmudah Maulida Maulidya Meilani Mufidah Mutmainah Nabila
    Nadhifah Ningrum Ningsih Ningtyas Novita Novitasari Nurhaliza Nurjanah Nursyifa Octavia Oktavia Paramita Pertiwi
    Purnamasari Puspita Rahma Rahmadani Ratnasari Rohmah Romadhoni Salsabila Saputri Septiani Setyaningrum Shafira
    Sholihah Suryani Susanti Syahrani Syakira Tiara Ulfa Utami Valentina Wahyuni Wati Widyastuti Wijayanti Yulianti
    Yuliana Zahira Zahro Almaira Khairunnisa Nazwa Maheswari
    """,
    },
}

TOP_SHARE: dict[tuple[int, Generation], dict[str, float]] = {
    # First tokens so common that rank alone would understate them (civil registries of Javanese regencies, rounded).
    (1, "middle"): {"Muhammad": 0.06},
    (1, "young"): {"Muhammad": 0.15, "Ahmad": 0.05},
    (2, "old"): {"Siti": 0.14, "Sri": 0.12},
    (2, "middle"): {"Siti": 0.08, "Sri": 0.07},
}

_OPENERS = [
    "Su",
    "Mu",
    "Ka",
    "Sa",
    "Wa",
    "Nga",
    "Pa",
    "Tu",
    "Ju",
    "Da",
    "Ra",
    "Mar",
    "Har",
    "Par",
    "Sar",
    "Kar",
    "War",
    "Tar",
    "Sum",
    "Sun",
    "Sud",
    "Sut",
    "Sup",
    "Suk",
    "Sur",
    "Suw",
    "Sug",
    "Wag",
    "Pon",
    "Leg",
    "Kas",
    "Mis",
    "Nas",
    "Las",
    "Ris",
    "Tas",
    "Wir",
    "Yat",
    "Sam",
    "Sol",
]
_MIDDLES = (
    "",
    *[
        "gi",
        "ri",
        "ti",
        "di",
        "ki",
        "ni",
        "mi",
        "pi",
        "wi",
        "si",
        "ji",
        "li",
        "ra",
        "ta",
        "da",
        "ka",
        "na",
        "ma",
        "pa",
        "wa",
        "sa",
        "ja",
        "la",
        "ru",
        "tu",
        "du",
        "ku",
        "nu",
    ],
)
_ENDS = {
    1: [
        "man",
        "no",
        "to",
        "yo",
        "di",
        "min",
        "jo",
        "yono",
        "yanto",
        "ran",
        "so",
        "ji",
        "mo",
        "kun",
        "rin",
        "jan",
        "nan",
        "wan",
        "ri",
        "tono",
        "priyo",
        "rejo",
    ],
    2: [
        "wati",
        "yem",
        "nah",
        "ningsih",
        "sih",
        "ni",
        "ti",
        "nem",
        "yah",
        "tun",
        "mi",
        "kem",
        "rah",
        "tin",
        "lah",
        "jah",
        "sri",
        "wen",
        "ningrum",
        "yanti",
        "kah",
        "mah",
    ],
}
_MODERN = {
    "opener": [
        "A",
        "Ar",
        "Al",
        "Fa",
        "Na",
        "Ra",
        "Za",
        "Ke",
        "Ze",
        "Da",
        "Ri",
        "Fi",
        "La",
        "Sha",
        "Bri",
        "El",
        "Ga",
        "Ha",
        "Ja",
        "Ka",
        "Ma",
        "Me",
        "Mi",
        "Ne",
        "Ni",
        "Ra",
        "Re",
        "Ro",
        "Sa",
        "Se",
        "Ta",
        "Va",
        "Vi",
        "Xa",
        "Ya",
        "Az",
        "Dzi",
        "Kha",
        "Qia",
        "Zhi",
    ],
    "middle": [
        "ri",
        "la",
        "na",
        "fa",
        "za",
        "vi",
        "ya",
        "ra",
        "si",
        "li",
        "mi",
        "da",
        "ka",
        "ta",
        "ni",
        "no",
        "va",
        "sha",
        "qi",
        "ze",
        "fi",
    ],
    1: [
        "no",
        "n",
        "l",
        "r",
        "s",
        "d",
        "ndra",
        "nsyah",
        "ndo",
        "ano",
        "el",
        "io",
        "us",
        "an",
        "en",
        "am",
        "dz",
        "f",
        "q",
        "kin",
        "rul",
        "vin",
    ],
    2: [
        "na",
        "la",
        "ra",
        "ya",
        "sya",
        "nda",
        "ni",
        "ta",
        "lla",
        "nisa",
        "lyn",
        "sha",
        "ira",
        "isa",
        "ela",
        "tri",
        "qa",
        "za",
        "via",
        "ris",
    ],
}


def tail(sex: int, modern: bool) -> list[str]:
    """Tens of thousands of further tokens, built from syllables; the order is part of the data."""
    ends = _MODERN[sex] if modern else _ENDS[sex]
    openers, middles = (_MODERN["opener"], _MODERN["middle"]) if modern else (_OPENERS, _MIDDLES)
    made = dict.fromkeys(a + b + c for c, b, a in product(ends, middles, openers))
    return list(made)


def listed(text: str) -> list[str]:
    """The tokens of a list, each once, in their order."""
    return list(dict.fromkeys(text.replace("'", "").split()))
