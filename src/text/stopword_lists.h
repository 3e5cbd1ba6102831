// The bundled stop-word lists: our own selections of each language's function words (articles,
// pronouns, prepositions, conjunctions, auxiliary verbs, common adverbs), one file a language.
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

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STOPWORD_LISTS_H_
