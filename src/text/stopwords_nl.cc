// Stop words: Dutch. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsNl[] = R"(
aan achter af al aldus alle alleen alles als altijd ander andere anders behalve ben bent bij
bijna binnen boven buiten daar daarbij daardoor daarin daarmee daarna daarom daarop daarvan dan
dat de degene der deze dezelfde die dit doch doen door dus echter een eens elk elke en enige
enkel enkele er erg ergens etc even ge geen geweest had hadden heb hebben hebt heeft heel hem
hen het hetzelfde hier hierdoor hij hoe hoewel hun iemand iets ik in indien inmiddels is ja je
jij jou jouw juist jullie kan kon konden kun kunnen kunt maar me meer meest men met mij mijn
misschien moest moet moeten mogen na naar naast nadat nee niemand niet niets noch nog nogal
nooit nu of om omdat ondanks onder ondertussen ons onze ook op over overal pas per reeds rond
samen sinds slechts sommige soms steeds te tegen ten tenzij ter terwijl toch toen tot totdat
tussen uit uw vaak van vanaf vanuit veel verder volgens voor vooral voordat waar waarbij
waardoor waarin waarom waarop waarvan wanneer want waren was wat we weer wel welk welke werd
werden wie wij wilde willen word worden wordt zal ze zeer zelf zelfs zich zichzelf zij zijn zo
zo'n zoals zodat zonder zou zouden zowel zullen één
)";

}  // namespace lightlda
