// Stop words: English. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsEn[] = R"(
a about above across after again against ain't all almost along already also although always am
among an and another any anyone anything are aren't around as at away be became because become
been before behind being below between both but by can can't cannot could couldn't did didn't do
does doesn't doing don't done down during each either else enough etc even ever every everyone
everything few for from further get gets got had hadn't has hasn't have haven't having he he'd
he'll he's her here here's hers herself him himself his how how's however i i'd i'll i'm i've if
in instead into is isn't it it'd it'll it's its itself just least less let let's many may maybe
me might mine more most much must mustn't my myself near neither never no nobody none nor not
nothing now of off often on once one only onto or other others ought our ours ourselves out over
own per perhaps quite rather really same she she'd she'll she's should shouldn't since so some
someone something still such than that that's the their theirs them themselves then there
there's therefore these they they'd they'll they're they've this those though through thus to
together too toward towards under until up upon us very was wasn't we we'd we'll we're we've
well were weren't what what's when where where's whether which while who who's whom whose why
will with within without won't would wouldn't yet you you'd you'll you're you've your yours
yourself yourselves
)";

}  // namespace lightlda
