// Stop words: Spanish. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsEs[] = R"(
a al algo alguien alguna algunas alguno algunos algún ante antes aquel aquella aquellas aquello
aquellos aquí así aunque aún bajo bien cada casi como con contra cual cuales cualquier cuando
cuanto cuál cuándo cómo de del demás desde después donde dos durante dónde e el ella ellas ello
ellos en entonces entre era eran eres es esa esas ese eso esos esta estaba estaban estamos estar
estas este esto estos estoy está están fue fueron fui ha haber había habían hace hacer hacia han
has hasta hay he hemos incluso la las le les lo los luego me mediante menos mi mientras mis
misma mismas mismo mismos mucha muchas mucho muchos muy más mí nada nadie ni ninguna ninguno
ningún no nos nosotras nosotros nuestra nuestras nuestro nuestros nunca o os otra otras otro
otros para pero poca pocas poco pocos por porque pues que quien quienes quién qué se sea sean
según ser si sido siempre sin sino sobre solo somos son soy su sus suya suyo sí sólo también
tampoco tan tanto te tenemos tener tengo tenía ti tiene tienen toda todas todavía todo todos
tras tu tus tuya tuyo tú un una unas uno unos usted ustedes vosotros vuestra vuestro y ya yo él
)";

}  // namespace lightlda
