"""Letters of other alphabets that look like Latin ones, after Unicode's `confusables.txt`.

One letter each, in lower case and without marks, and Latin ones with a stroke or a hook, or small
capitals. What NFKC makes Latin anyway is not here.
"""

from __future__ import annotations

LOOK_ALIKES = {
    "a": "ᴀɑαаᎪᗅꓮ𐊠𖽀",
    "b": "ʙƀɓƅβвьᏏᏴᑲᖯᗷꓐꞵ𐊂𐊡𐌁",
    "c": "сᏟᴄⲥꓚ𐊢𐌂𐐽𐔜",
    "d": "ᴅđɖɗԁᎠᏧᑯᗞᗪꓒꓓ",
    "e": "ᴇɇɛεеєәэҽᎬⴹꓰꬲ𐊆𑣆𑣎",
    "f": "ꜰϝքᖴẝꓝꞙꬵ𐊇𐊥𐔥𑣂",
    "g": "ɢǥɠƍɡԍցᏀᏳᶃꓖ",
    "h": "ʜħɦηнһհᎻᏂᕼⲏꓧ𐋏",
    "i": "ʟłɨıǀɩɪιіӏᎥᏞᒪᛁⲓⳑⵏꓡꓲꙇ𐊊𐌉𐑃𐔦𑣃𑣒𖼖𖼨",
    "j": "ᴊʝϳјᎫᒍꓙ",
    "k": "ᴋκкᏦᛕⲕꓗ𐔘",
    "m": "ᴍμϻмᎷᗰᛖⲙꓟ𐊰𐌑",
    "n": "ɴɲŋոиռⲛꓠ𐔓",
    "o": "øɵөѳοσоօଠഠဝჿዐᴏᴑⲟⵔꓳꬽ𐊒𐊫𐐬𐓪𐔖𑣈𑣕𑣗",
    "p": "ᴘρрᏢᑭⲣꓑ𐊕",
    "q": "ԛգզⵕ",
    "r": "ɍʀягᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ƽѕտᏕᏚꓢꜱ𐊖𐑈𑣁𖼺",
    "t": "ᴛŧƭτтᎢⲧꓔ𐊗𐊱𐌕𑣜𖼊",
    "u": "ʋυսሀᑌᴜꓴꞟꭎꭒ𐓶𑣘𖽂",
    "v": "νѵᏙᐯᴠⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ɯѡԝաᎳᏔᴡꓪ𑜊𑜎𑜏",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐔧",
    "y": "ɣʏγуүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣄𖽃",
    "z": "ζᏃᴢꓜ𑣉",
}
