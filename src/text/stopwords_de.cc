// Stop words: German. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsDe[] = R"(
ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch
auf aus außer bei beim bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach
dann daran darauf daraus darin darüber das dass davon davor dazu dein deine deinem deinen deiner
dem den denen denn dennoch der deren des deshalb dessen dich die dies diese diesem diesen dieser
dieses dir doch dort du durch ebenfalls ein eine einem einen einer eines einige einigen einiger
einmal er es etwa etwas euch euer eure für gegen gewesen hab habe haben hat hatte hatten hier
hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem ins ist ja jede
jedem jeden jeder jedes jedoch jene jenem jenen jener jenes jetzt kann kein keine keinem keinen
keiner können könnte man manche mehr mein meine meinem meinen meiner mich mir mit muss musste
müssen nach neben nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem
seinen seiner seines seit selbst sich sie sind so sobald sogar solche solchen solcher soll
sollen sollte somit sondern sonst sowie um und uns unser unsere unserem unseren unserer unter
viel viele vielen vom von vor war waren warum was wegen weil weiter welche welchem welchen
welcher welches wenn wer werde werden wie wieder wir wird wo wollen wurde wurden würde würden zu
zum zur zwar zwischen über
)";

}  // namespace lightlda
