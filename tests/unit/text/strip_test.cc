// Markup that is taken off texts: what stays, what goes, how often.
#include "text/strip.h"

#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "text/strip_filters.h"
#include "text/text_pipeline.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// The text with its blanks made one each.
std::string Strip(const std::string& filter, const std::string& text,
                  StripCounts* counts = nullptr) {
  Stripper stripper({filter});
  std::string out;
  for (const char c : stripper.Strip(text)) {
    const bool is_blank = c == ' ' || c == '\n';
    if (!is_blank || (!out.empty() && out.back() != ' ')) out.push_back(is_blank ? ' ' : c);
  }
  if (out.ends_with(' ')) out.pop_back();
  if (counts != nullptr) *counts = stripper.counts();
  return out;
}

Count Of(const StripCounts& counts, Stripped what) {
  return counts.counts()[static_cast<std::size_t>(what)];
}

TEST_CASE("html: tags go, words stay whole or apart", "[strip]") {
  const auto strip = [](const std::string& text) { return Strip("html", text); };
  CHECK(strip("<p>One<br/>two</p><td>three</td>") == "One two three");
  CHECK(strip("un<b>break</b>able <EM CLASS=x>word</EM>") == "unbreakable word");
  CHECK(strip("<img alt=\"a > b\" src='c>d'>text") == "text");
  CHECK(strip("<o:p>x</o:p><h1\n>y") == "x y");
  CHECK(strip("<!DOCTYPE html><?xml version=\"1.0\"?>t") == "t");
  CHECK(strip("a<!-- <b>c</b> -->d") == "a d");
  CHECK(strip("a<script>if (a<b) x(\"</b>\");</Script>b<style>p{}</style>c") == "a b c");
  for (const char* text : {"a < b > c", "3<4", "x <y", "a <- b", "<", "<!", "</", "a <b@c.de> d",
                           "<http://a.b/>", "<p unclosed", "a <!-- b"}) {
    CHECK(strip(text) == text);
  }
}

TEST_CASE("html: entities become characters", "[strip]") {
  const auto strip = [](const std::string& text) { return Strip("html", text); };
  CHECK(strip("caf&eacute; &Omega;&omega; &lt;b&gt; &#233;&#xE9;&#x1F600;") ==
        "caf\u00E9 \u03A9\u03C9 <b> \u00E9\u00E9\U0001F600");
  CHECK(strip("&#150;&#0;x&#xD800;y&#99999999999;z") == "\u2013 x y&#99999999999;z");
  for (const char* text :
       {"a & b", "AT&T;", "&;", "&nosuch;", "&#;", "&#x;", "&#12a;", "&eacute"}) {
    CHECK(strip(text) == text);
  }
  StripCounts counts;
  Strip("html", "<p>a&amp;b</p><!-- --><style></style>", &counts);
  CHECK(Of(counts, Stripped::kHtmlTags) == 2);
  CHECK(Of(counts, Stripped::kHtmlEntities) == 1);
  CHECK(Of(counts, Stripped::kHtmlComments) == 1);
  CHECK(Of(counts, Stripped::kHtmlScripts) == 1);
}

TEST_CASE("email: headers go but for the subject", "[strip]") {
  const std::string mail =
      "From: Ann <ann@x.org>\nNntp-Posting-Host: relay\nSubject: Re: Fwd: Red\n sun\n"
      "Date: today\n\nAnn writes:\nIn article <a@b>, Bob writes:\n> quoted words\nNew words\n-- \n"
      "Ann, Some Street\n";
  StripCounts counts;
  CHECK(Strip("email", mail, &counts) == "Red sun Ann writes: > quoted words New words");
  CHECK(Of(counts, Stripped::kEmailHeaderLines) == 5);
  CHECK(Of(counts, Stripped::kEmailReplyLines) == 1);
  CHECK(Of(counts, Stripped::kEmailSignatures) == 1);
  // What only looks like one header is text.
  CHECK(Strip("email", "Note: a text\nwith lines\n") == "Note: a text with lines");
  CHECK(Strip("email", "Subject: alone\n\nText\n") == "Subject: alone Text");
}

TEST_CASE("email: codings are undone", "[strip]") {
  const std::string head = "From: a\nTo: b\nMIME-Version: 1.0\n";
  CHECK(Strip("email", head + "Content-Type: text/plain; charset=iso-8859-1\n"
                              "Content-Transfer-Encoding: quoted-printable\n\n"
                              "caf=E9 soft=\nly =3D x\n") == "caf\u00E9 softly = x");
  CHECK(Strip("email", head + "Content-Transfer-Encoding: base64\n\nY2Fmw6kg\nYmFy\n") ==
        "caf\u00E9 bar");
  CHECK(Strip("email",
              "From: a\nTo: b\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_x?= =?ISO-8859-1?B?6Q==?=\n"
              "\nt\n") == "Gr\u00FC\u00DFe x \u00E9 t");
  // Without headers, by its signs.
  CHECK(Strip("email", "one =3D two=\nthree\n") == "one = twothree");
  CHECK(Strip("email", "a=3D b\n") == "a=3D b");
}

TEST_CASE("email: of a mail of several parts the text stays, once", "[strip]") {
  const std::string mail =
      "From: a\nDate: b\nContent-Type: multipart/alternative; boundary=\"==x\"\n\npreamble\n"
      "--==x\nContent-Type: text/plain\n\nplain words\n--==x\nContent-Type: text/html\n\n"
      "<p>html words</p>\n--==x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
      "AAAA\n--==x--\n";
  StripCounts counts;
  CHECK(Strip("email", mail, &counts) == "preamble plain words");
  CHECK(Of(counts, Stripped::kEmailAttachments) == 2);
  const std::string box =
      "From a Mon\nFrom: a\nTo: b\n\nfirst\n\nFrom b Tue\nFrom: b\nTo: a\n\nsecond\n"
      "\nFrom here on text\n";
  CHECK(Strip("email", box) == "first second From here on text");
}

TEST_CASE("latex: words stay, commands and formulas go", "[strip]") {
  const auto strip = [](const std::string& text) { return Strip("latex", text); };
  CHECK(strip("\\section{The Title}Text \\emph{un}known {B}ayes~net") ==
        "The Title Text unknown Bayes net");
  CHECK(strip("see \\cite[p.~3]{knuth84,x} and \\ref{fig:a}.") == "see and .");
  CHECK(strip("\\href{http://a.b}{the page} \\textcolor{red}{word}") == "the page word");
  CHECK(strip("a $x^2$ b $$\\frac{1}{2}$$ c \\(y\\) d \\[z\\] e") == "a b c d e");
  CHECK(strip("a\\begin{equation}x=1\\end{equation}b \\begin{itemize}\\item c\\end{itemize}") ==
        "a b c");
  CHECK(strip("costs $5 and $6, 50% of 3 % here") == "costs $5 and $6, 50% of 3 % here");
  CHECK(strip("50\\% \\& \\#") == "50% & #");
  CHECK(strip("% comment\nword % rest\nend%\ning") == "word ending");
  CHECK(strip("\\documentclass{a}\\begin{document}in\\end{document}out") == "in");
  CHECK(strip("Schr\\\"odinger, Erd\\H{o}s, \\c{c}, na\\\"{\\i}ve, Stra\\ss e, \\O{}re") ==
        "Schro\u0308dinger, Erdo\u030Bs, c\u0327, nai\u0308ve, Stra\u00DFe, \u00D8re");
  for (const char* text : {"no markup", "a $ b", "$", "{", "}"}) {
    CHECK(strip(text) == (std::string(text).size() == 1 && *text != '$' ? "" : text));
  }
}

TEST_CASE("url: addresses go, the sentence stays", "[strip]") {
  StripCounts counts;
  CHECK(Strip("url", "see https://a.b/c?d=(e). Or (www.x.org/y), mail a.b+c@d-e.co.uk!", &counts) ==
        "see . Or ( ), mail !");
  CHECK(Of(counts, Stripped::kUrls) == 3);
  CHECK(Strip("url", "http://a.b http://c.d\nftp://e\u3002") == "\u3002");
  for (const char* text : {"a @ b", "@name", "a@b", "www. x", "awww.x", "://x", "s:// x", "3:4"}) {
    CHECK(Strip("url", text) == text);
  }
}

TEST_CASE("whatever the text, the result is UTF-8", "[strip]") {
  const std::vector<std::string> pieces = {"<",
                                           ">",
                                           "<p ",
                                           "&",
                                           "&#",
                                           "x;",
                                           "=E9",
                                           "=\n",
                                           "\n",
                                           "From: a\nTo: b\n\n",
                                           "\\",
                                           "{",
                                           "}",
                                           "$",
                                           "\\\"",
                                           "%",
                                           "\u00E9",
                                           "\u4E2D",
                                           "@",
                                           ".a",
                                           "www.",
                                           "://",
                                           "\"",
                                           "<!--",
                                           "-->",
                                           "<script>",
                                           "--x",
                                           "a",
                                           " ",
                                           "\\begin{",
                                           "=?utf-8?Q?=E9?=",
                                           "Content-Transfer-Encoding: base64\n"};
  std::mt19937 random(7);
  const auto filters = StripInOrder({"url", "latex", "html", "email"});
  CHECK(filters == std::vector<std::string>{"email", "html", "latex", "url"});
  Stripper all(filters);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += pieces[random() % pieces.size()];
    REQUIRE_FALSE(FindInvalidUtf8(all.Strip(text)).has_value());
    for (const std::string& filter : filters) {
      Stripper one({filter});
      REQUIRE_FALSE(FindInvalidUtf8(one.Strip(text)).has_value());
    }
  }
}

TEST_CASE("only known names are taken", "[strip]") {
  CHECK(CheckStrip({"html", "url"}).ok());
  CHECK(CheckStrip({"xml"}).code() == StatusCode::kUsage);
  CHECK(Stripper({}).is_identity());
}

TEST_CASE("text_pipeline.json keeps it", "[strip]") {
  TextPipelineSettings settings;
  CHECK(FormatTextPipeline(settings).find("strip") == std::string::npos);
  settings.strip = {"html", "url"};
  const std::string text = FormatTextPipeline(settings);
  auto read = ParseTextPipeline("p", text);
  REQUIRE(read.ok());
  CHECK(read->strip == settings.strip);
  auto pipeline = TextPipeline::Create(std::make_shared<const TextPipelineSettings>(*read));
  REQUIRE(pipeline.ok());
  std::string words;
  REQUIRE((*pipeline)
              ->Tokenize("<td>red</td> http://a.b sun",
                         [&](std::string_view word) { words.append(word).push_back(' '); })
              .ok());
  CHECK(words == "red sun ");
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"url", "html"}, {"html", "html"}, {"xml"}}) {
    settings.strip = bad;
    CHECK_FALSE(ParseTextPipeline("p", FormatTextPipeline(settings)).ok());
  }
}

}  // namespace
}  // namespace lightlda
