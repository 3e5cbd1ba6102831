// Infers topics of documents by Mallet's TopicInferencer on one thread, with topics that come from elsewhere; Mallet
// itself is unchanged. bench/infer_peers.py runs it.
//
// usage: MalletInfer WORD_TOPIC ALPHA BETA DOCUMENTS THETA
//   WORD_TOPIC  a line per word: WORD_ID TOPIC:COUNT ...
//   ALPHA       a line per topic
//   DOCUMENTS   a line per document: the ids of its tokens
//   THETA       to write: a line per document, the shares of all topics
// Samples 100 iterations a document, the first 10 to burn in, every 10th of the others kept: the defaults of
// "mallet infer-topics". Prints the CPU seconds of inference alone.
import cc.mallet.topics.TopicInferencer;
import cc.mallet.types.Alphabet;
import cc.mallet.types.FeatureSequence;
import cc.mallet.types.Instance;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;

public class MalletInfer {
    // Counts of a word as Mallet has them: count above, topic below, largest first.
    static int[] pack(String line, int bits, int[] tokensPerTopic) {
        String[] fields = line.split(" ");
        int[] packed = new int[fields.length - 1];
        for (int i = 1; i < fields.length; i++) {
            String[] pair = fields[i].split(":");
            int topic = Integer.parseInt(pair[0]);
            int count = Integer.parseInt(pair[1]);
            packed[i - 1] = -((count << bits) + topic);
            tokensPerTopic[topic] += count;
        }
        Arrays.sort(packed);
        for (int i = 0; i < packed.length; i++) packed[i] = -packed[i];
        return packed;
    }

    static TopicInferencer read(String table, String alphas, double beta) throws IOException {
        double[] alpha = Files.readAllLines(Paths.get(alphas)).stream().mapToDouble(Double::parseDouble).toArray();
        List<String> words = Files.readAllLines(Paths.get(table));
        int topics = alpha.length;
        int mask = Integer.bitCount(topics) == 1 ? topics - 1 : Integer.highestOneBit(topics) * 2 - 1;
        int[] tokensPerTopic = new int[topics];
        int[][] counts = new int[words.size()][];
        Alphabet alphabet = new Alphabet();
        for (int word = 0; word < counts.length; word++) {
            counts[word] = pack(words.get(word), Integer.bitCount(mask), tokensPerTopic);
            alphabet.lookupIndex("w" + word);
        }
        TopicInferencer inferencer =
            new TopicInferencer(counts, tokensPerTopic, alphabet, alpha, beta, beta * counts.length);
        inferencer.setRandomSeed(1);
        return inferencer;
    }

    public static void main(String[] args) throws IOException {
        TopicInferencer inferencer = read(args[0], args[1], Double.parseDouble(args[2]));
        List<String> documents = Files.readAllLines(Paths.get(args[3]));
        Alphabet alphabet = new Alphabet();
        for (int word = 0; word < Files.readAllLines(Paths.get(args[0])).size(); word++) alphabet.lookupIndex("w" + word);
        long cpu = 0;
        try (PrintWriter out = new PrintWriter(args[4], "UTF-8")) {
            for (String line : documents) {
                int[] words = line.isEmpty() ? new int[0] : Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
                Instance instance = new Instance(new FeatureSequence(alphabet, words), null, null, null);
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                double[] theta = inferencer.getSampledDistribution(instance, 100, 10, 10);
                cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
                StringBuilder text = new StringBuilder();
                for (double share : theta) text.append(text.length() > 0 ? " " : "").append(share);
                out.println(text);
            }
        }
        System.out.printf("%.3f%n", cpu / 1e9);
    }
}
