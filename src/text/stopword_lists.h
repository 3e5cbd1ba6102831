// The bundled stop-word lists.
//
// Our own selections of a language's function words (articles, pronouns, prepositions,
// conjunctions, auxiliary verbs, common adverbs) are one file a language here; the others are made
// of third_party/stopwords-iso by the build.
//
// A list is words separated by white space, as a tokenizer would give them: "don't", but French
// "l'homme" too is one word, which no list can cover. Lists hold spellings with ' only.
#ifndef LIGHTLDA_TEXT_STOPWORD_LISTS_H_
#define LIGHTLDA_TEXT_STOPWORD_LISTS_H_

namespace lightlda {

extern const char kStopwordsDe[];
extern const char kStopwordsEn[];
extern const char kStopwordsEs[];
extern const char kStopwordsFr[];
extern const char kStopwordsIt[];
extern const char kStopwordsNl[];
extern const char kStopwordsPt[];

extern const char kStopwordsAr[];
extern const char kStopwordsCa[];
extern const char kStopwordsDa[];
extern const char kStopwordsEl[];
extern const char kStopwordsEu[];
extern const char kStopwordsFi[];
extern const char kStopwordsGa[];
extern const char kStopwordsHi[];
extern const char kStopwordsHu[];
extern const char kStopwordsHy[];
extern const char kStopwordsId[];
extern const char kStopwordsJa[];
extern const char kStopwordsKo[];
extern const char kStopwordsLt[];
extern const char kStopwordsNo[];
extern const char kStopwordsRo[];
extern const char kStopwordsRu[];
extern const char kStopwordsSv[];
extern const char kStopwordsTr[];
extern const char kStopwordsVi[];
extern const char kStopwordsZh[];

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STOPWORD_LISTS_H_
