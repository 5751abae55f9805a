/// The looks that only the page of service levels has: a table that becomes a list of cards where it is narrow.
enum ServiceLevelStyle {
    static let css = """
        main,footer{max-width:68rem}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
        nav{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0 .5rem}\
        nav a{padding:.3rem .9rem;border:1px solid var(--line);border-radius:99px;text-decoration:none;\
        background:var(--card)}nav a[aria-current]{background:var(--ink);color:var(--paper);border-color:var(--ink)}\
        a:focus-visible{outline:3px solid var(--bar);outline-offset:2px}\
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;margin:1.5rem 0 1rem}\
        .cards div{padding:.75rem 1rem;border:1px solid var(--line);border-radius:.75rem;background:var(--card)}\
        .cards dd{margin:0}.cards strong{display:block;font-size:1.5rem;line-height:1.3;letter-spacing:-.01em}\
        .cards span,.note,small{color:var(--soft);font-size:.875rem}.note{margin:.5rem 0}\
        table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}\
        th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}\
        thead th{font-weight:400;color:var(--soft);font-size:.875rem}tbody th{font-weight:600;overflow-wrap:anywhere}\
        td small{display:block}svg{display:block;width:100%;max-width:9rem;height:6px;margin-top:.3rem;\
        border-radius:3px;background:var(--line)}.most{fill:var(--bar-soft)}.half{fill:var(--bar)}\
        .meanings{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}.meanings dd{margin:0}\
        .empty{margin-top:1.5rem;padding:2.5rem 1.5rem;border:1px dashed var(--line);border-radius:.75rem;\
        text-align:center;background:var(--card)}.empty h2{border:0;margin:0;font-size:1.25rem}\
        .empty p{margin:.3rem auto 0;max-width:32rem;color:var(--soft)}\
        @media(max-width:46rem){thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
        table,tbody,tr,tbody th,tbody td{display:block}tr{padding:.75rem 1rem;margin:.75rem 0;\
        border:1px solid var(--line);border-radius:.75rem;background:var(--card)}th,td{border:0;padding:.2rem 0}\
        tbody td{display:grid;grid-template-columns:9rem 1fr;gap:0 .5rem}\
        tbody td::before{content:attr(data-name);grid-row:1/4;color:var(--soft)}td small,svg{grid-column:2}\
        .cards{grid-template-columns:1fr 1fr}.meanings{grid-template-columns:1fr}.meanings dd{margin:0 0 .5rem}}
        """
}
