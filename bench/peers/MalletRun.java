// Trains Mallet's ParallelTopicModel on one thread and prints the seconds of sampling alone; Mallet itself
// is unchanged. bench/compare.py runs it.
//
// usage: MalletRun INSTANCES TOPICS ITERATIONS ALPHA BETA SEED EVERY DUMP|-
//   ALPHA  prior of a topic in a document, per topic
//   EVERY  iterations between likelihoods; 0: only at the end
//   DUMP   file for the topics: one line per document, WORD:TOPIC for every token
// Prints a line an iteration: "iter I train_s SECONDS [ll JOINT_LOG_LIKELIHOOD_PER_TOKEN]", seconds cumulative.
import cc.mallet.topics.ParallelTopicModel;
import cc.mallet.topics.TopicAssignment;
import cc.mallet.types.FeatureSequence;
import cc.mallet.types.InstanceList;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

public class MalletRun {
    // Mallet logs how long an iteration took, in whole milliseconds or seconds, right after it, merging of
    // threads included and likelihood not. The handler runs inside that call, so its own clock is finer.
    static final class IterationClock extends Handler {
        private static final Pattern ITERATION = Pattern.compile("\\d+m?s ");
        private final ParallelTopicModel model;
        private final int every;
        private int iteration = 0;
        private double trained = 0;
        private long mark;

        IterationClock(ParallelTopicModel model, int every) {
            this.model = model;
            this.every = every;
            setLevel(Level.FINE);
        }

        void start() {
            mark = System.nanoTime();
        }

        @Override public void publish(LogRecord record) {
            long now = System.nanoTime();
            if (record.getLevel() != Level.FINE || !ITERATION.matcher(record.getMessage()).matches()) return;
            trained += (now - mark) / 1e9;
            iteration++;
            boolean evaluate = iteration == model.numIterations || (every > 0 && iteration % every == 0);
            System.out.printf("iter %d train_s %.6f", iteration, trained);
            if (evaluate) System.out.printf(" ll %.6f", model.modelLogLikelihood() / model.totalTokens);
            System.out.println();
            mark = System.nanoTime();
        }

        @Override public void flush() {}

        @Override public void close() {}
    }

    static void dump(ParallelTopicModel model, String path) throws IOException {
        try (PrintWriter out = new PrintWriter(path, "UTF-8")) {
            for (TopicAssignment document : model.getData()) {
                FeatureSequence words = (FeatureSequence) document.instance.getData();
                for (int i = 0; i < words.getLength(); i++) {
                    if (i > 0) out.print(' ');
                    out.print(words.getObjectAtPosition(i));
                    out.print(':');
                    out.print(document.topicSequence.getIndexAtPosition(i));
                }
                out.print('\n');
            }
            if (out.checkError()) throw new IOException("cannot write " + path);
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 8) {
            System.err.println("usage: MalletRun INSTANCES TOPICS ITERATIONS ALPHA BETA SEED EVERY DUMP|-");
            System.exit(64);
        }
        int topics = Integer.parseInt(args[1]);
        double alpha = Double.parseDouble(args[3]);
        ParallelTopicModel model = new ParallelTopicModel(topics, alpha * topics, Double.parseDouble(args[4]));
        model.setRandomSeed(Integer.parseInt(args[5]));
        model.addInstances(InstanceList.load(new File(args[0])));
        model.setNumIterations(Integer.parseInt(args[2]));
        model.setNumThreads(1);
        model.setOptimizeInterval(0);   // of alpha and beta
        model.setTopicDisplay(0, 10);   // never
        model.printLogLikelihood = false;
        IterationClock clock = new IterationClock(model, Integer.parseInt(args[6]));
        ParallelTopicModel.logger.setUseParentHandlers(false);
        ParallelTopicModel.logger.setLevel(Level.FINE);
        ParallelTopicModel.logger.addHandler(clock);
        clock.start();
        model.estimate();
        if (!args[7].equals("-")) dump(model, args[7]);
    }
}
