// Stop words: French. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsFr[] = R"(
a afin ai ainsi alors après as assez au aucun aucune aujourd'hui auprès auquel aura aussi autre
autres aux auxquels avaient avais avait avant avec avez avons ayant beaucoup bien c'est car ce
ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci comme comment contre
d'un d'une dans de depuis des desquels deux devant doit donc dont du duquel durant dès
elle elles en encore enfin entre es est et eu eux faire fait font fut hors ici il ils j'ai je
jusqu'à jusque l'on la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui là
ma mais malgré me mes mien mieux moi moins mon même mêmes n'a n'est ne ni non nos notre nous on
ont ou où par parce parfois parmi pas pendant peu peut peuvent plus plusieurs plutôt pour
pourquoi près puis puisque qu'elle qu'il qu'ils qu'on qu'un qu'une quand que quel quelle quelles
quelque quelques quels qui quoi s'est s'il sa sans se selon sera serait ses si sien soi soit
sommes son sont sous suis sur surtout ta tandis tant te tel telle telles tels tes toi ton
toujours tous tout toute toutes trop très tu un une unes va vers voici voilà vos votre vous y
étaient étais était étant été êtes être
)";

}  // namespace lightlda
