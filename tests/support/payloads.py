"""Texts that would run a script, fetch something or change the page, were they taken for HTML.

Each is a way out of where a text may stand, and something to do once out. What it fetches is
`stolen`, and what it says is its own number, so that a test knows which one it was.
"""

WAYS_OUT = (
    "",
    '">',
    "'>",
    '" ',
    "</p></li></ul>",
    "</textarea></title></style></script>",
    "--><!--",
    "`\n\n",
    "]] > ) ",
    "&quot;&gt;\\x3e%22%3e",
)
ATTACKS = (
    "<script>alert({n})</script>",
    "<script src=/stolen?{n}></script>",
    "<img src=/stolen?{n} onerror=alert({n})>",
    "<IMG/SRC=x\tONERROR=alert({n})//",
    "<svg onload=alert({n})><circle/></svg>",
    "<svg><script href=data:,alert({n})></script>",
    "<svg><animate onbegin=alert({n}) attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=javascript:alert({n})><text>go</text></a></svg>",
    "<svg><use href='/stolen?{n}#x'></use></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=alert({n})'>",
    "<math href=javascript:alert({n})>go</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert({n})>'>",
    "<iframe src=javascript:alert({n})></iframe>",
    "<iframe srcdoc='<script>parent.alert({n})</script>'></iframe>",
    "<object data=/stolen?{n}></object><embed src=/stolen?{n}>",
    "<video src=/stolen?{n} autoplay onloadstart=alert({n})><source onerror=alert({n})>",
    "<details open ontoggle=alert({n})>",
    "<input autofocus onfocus=alert({n})>",
    "<body onload=alert({n}) onpageshow=alert({n})>",
    "<marquee onstart=alert({n})>",
    "<style>@import '/stolen?{n}'; * {{ background: url(/stolen?{n}) }}</style>",
    "<link rel=stylesheet href=/stolen?{n}>",
    "<p style='background:url(/stolen?{n})'>",
    "<meta http-equiv=refresh content='0;url=/stolen?{n}'>",
    "<base href=//127.0.0.9/stolen{n}/>",
    "<form action=/stolen?{n}><button autofocus>go</button></form>",
    "<form id=board><input name=children></form>",
    "<a href='javascript:alert({n})' autofocus>go</a>",
    "[go](javascript:alert({n}))",
    "[go](data:text/html,<script>alert({n})</script>)",
    "![x](/stolen?{n}) and ![x](http://127.0.0.9/stolen?{n})",
    '[go](http://x.example/"onmouseover="alert({n}))',
    "<http://x.example/?onclick=alert({n})>",
    "http://x.example/'onmouseover='alert({n})",
    "`<img src=/stolen?{n} onerror=alert({n})>`",
    "```html\n<script>alert({n})</script>\n```",
    "<div hx-get=/stolen?{n} hx-trigger=load>",
    "<div data-hx-post=/stolen?{n} data-hx-trigger=revealed>",
    "<div hx-on::load=alert({n}) hx-on:click=alert({n})>",
    "<hx-partial hx-target=body hx-swap=innerHTML>taken {n}</hx-partial>",
    "<meta name=htmx-config content='{{\"selfRequestsOnly\":false}}'>",
    "<template shadowrootmode=open><script>alert({n})</script></template>",
    "onmouseover=alert({n}) onfocus=alert({n}) autofocus tabindex=1 style=color:red",
    "{{{{ 7 * {n} }}}} {{% print({n}) %}} ${{alert({n})}} <%= {n} %>",
    "&lt;script&gt;alert({n})&lt;/script&gt; &#60;img src=/stolen?{n}&#62;",
    "%3Cscript%3Ealert({n})%3C/script%3E",
    "\uff1cscript\uff1ealert({n})\uff1c/script\uff1e",
    "<scr\u200bipt>alert({n})</scr\u200bipt>\u2028<scr<script>ipt>alert({n})</scr</script>ipt>",
    "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert({n})//'>",
    "<x-{n} onclick=alert({n}) contenteditable onbeforeinput=alert({n})>",
)
PAYLOADS = tuple(
    out + attack.format(n=1_000 + 50 * at + number)
    for at, out in enumerate(WAYS_OUT)
    for number, attack in enumerate(ATTACKS)
)
assert len(set(PAYLOADS)) == 500
