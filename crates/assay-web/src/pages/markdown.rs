use std::fmt;

use comrak::{Options, markdown_to_html};

/// HTML that is safe as it stands: made from Markdown of the catalogue, never from a candidate's text.
#[derive(Debug, Clone)]
pub(crate) struct Markup(String);

impl Markup {
    /// Markdown as HTML. Raw HTML in it comes out as text, and links with a scripting scheme lose it.
    pub(crate) fn of(markdown: &str) -> Markup {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.autolink = true;
        options.render.escape = true;
        // A block of code scrolls sideways, so the keyboard must be able to reach it; `<pre>` can only come from Markdown.
        Markup(markdown_to_html(markdown, &options).replace("<pre>", "<pre tabindex=\"0\">"))
    }
}

impl Markup {
    /// Markdown of one paragraph, to stand inside of a line.
    pub(crate) fn inline(markdown: &str) -> Markup {
        let Markup(html) = Markup::of(markdown);
        let inner = html.trim().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
        Markup(inner.filter(|inner| !inner.contains("<p>")).unwrap_or(&html).to_owned())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn raw_html_is_text_and_scripting_links_are_dead() {
        let html = Markup::of("a <script>x</script> `<b>` [l](javascript:alert(1))\n\n<img src=x onerror=y>")
            .to_string();
        assert!(html.contains("&lt;script&gt;") && html.contains("<code>&lt;b&gt;</code>"), "{html}");
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("javascript:"),
            "{html}"
        );
    }

    #[test]
    fn one_paragraph_stands_inside_of_a_line() {
        for (markdown, html) in [
            ("Use `wg.Go`", "Use <code>wg.Go</code>"),
            ("a < b & *c*", "a &lt; b &amp; <em>c</em>"),
            ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ] {
            assert_eq!(Markup::inline(markdown).to_string(), html);
        }
    }
}
