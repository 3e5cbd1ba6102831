# Reads every export as docs/r.md says, after the code of that page, in the directory of r_test.py. Writes tables.json,
# what was read of each csv table, for r_test.py to compare.

same <- function(what, a, b, tolerance = 0) {
  if (is.numeric(a) && is.numeric(b)) {
    equal <- length(a) == length(b) && all(is.na(a) == is.na(b)) && all(abs(a - b) <= tolerance * pmax(abs(a), abs(b)), na.rm = TRUE)
  } else {
    equal <- identical(as.character(a), as.character(b))
  }
  if (!equal) stop(what, ": differs")
}

# Of the tsv form: \t \n \r \\ \xHH.
unescape <- function(text) {
  if (!is.character(text)) return(text)
  one <- function(t) {
    if (is.na(t) || !grepl("\\", t, fixed = TRUE)) return(t)
    parts <- regmatches(t, gregexpr("\\\\(x[0-9a-f]{2}|.)", t))[[1]]
    plain <- c("\\t" = "\t", "\\n" = "\n", "\\r" = "\r", "\\\\" = "\\")
    value <- sapply(parts, function(p) if (p %in% names(plain)) plain[[p]] else rawToChar(as.raw(strtoi(substring(p, 3), 16))))
    regmatches(t, gregexpr("\\\\(x[0-9a-f]{2}|.)", t)) <- list(value)
    t
  }
  vapply(text, one, "", USE.NAMES = FALSE)
}

# -- tables, three ways
tables <- list()
for (path in list.files(pattern = "^t_.*[.]csv$")) {
  name <- sub("^t_(.*)[.]csv$", "\\1", path)
  a <- read.csv(path, encoding = "UTF-8", na.strings = "", check.names = FALSE)
  b <- as.data.frame(fread(path, encoding = "UTF-8", na.strings = ""))
  c <- as.data.frame(fread(sub("csv$", "tsv", path), sep = "\t", quote = "", na.strings = "", encoding = "UTF-8"))
  stopifnot(nrow(a) > 0, identical(names(a), names(b)), identical(names(a), names(c)))
  for (column in names(a)) {
    from_csv <- if (is.character(b[[column]])) gsub("\"\"", "\"", b[[column]], fixed = TRUE) else b[[column]]
    same(paste(name, column, "of read.csv and fread"), a[[column]], from_csv, 1e-14)
    same(paste(name, column, "of csv and tsv"), a[[column]], unescape(c[[column]]), 1e-14)
  }
  json <- sub("csv$", "json", path)
  if (file.exists(json)) {
    read <- if (name == "topics") jsonlite::fromJSON(json) else jsonlite::stream_in(file(json), verbose = FALSE)
    key <- intersect(c("topic", "step", "topic_a", "document"), names(read))[1]
    same(paste(name, key, "of json and csv"), sort(unique(read[[key]])), sort(unique(a[[key]])))
  }
  tables[[name]] <- a
}
write(jsonlite::toJSON(tables, dataframe = "columns", digits = NA, na = "null"), "tables.json")

# -- arrays and matrices are of one model
summary <- jsonlite::fromJSON("summary.json")
counts <- read_npy("counts.npy")
V <- ncol(counts)
stopifnot(identical(dim(counts), dim(phi)), sum(counts) > 1000, max(abs(rowSums(phi) - 1)) < 1e-9, max(abs(rowSums(theta) - 1)) < 1e-6)
same("phi and counts", as.vector(phi), as.vector((counts + summary$beta) / (rowSums(counts) + summary$beta * V)), 1e-12)
same("counts and word_topic.mtx", as.vector(counts), as.vector(t(as.matrix(n_wk))))
same("theta in float64", as.vector(read_npy("theta64.npy")), as.vector(theta), 1e-6)
alpha <- tables$diagnostics$alpha
n_d <- rowSums(n_dk)
same("theta and doc_topic.mtx", as.vector(theta), as.vector(sweep(as.matrix(n_dk), 2, alpha, "+") / (n_d + sum(alpha))), 1e-6)
corpus <- readMM("corpus.mtx")
same("tokens of words", colSums(corpus), unname(colSums(counts)))
stopifnot(nrow(corpus) == length(documents), V == length(words))

# -- other tools' files, and the topic of every token
tokens <- strsplit(sub("^[^\t]*\t", "", readLines("assignments.txt", encoding = "UTF-8")), " ")
pairs <- do.call(rbind, strsplit(unlist(tokens), ":"))
same("topics of assignments", as.vector(table(factor(pairs[, 2], seq_len(nrow(counts)) - 1))), unname(rowSums(counts)))
state <- read.table(gzfile("state.gz"), skip = 3, quote = "", comment.char = "#",
                    col.names = c("document", "source", "position", "type", "word", "topic"))
same("topics of mallet_state", as.vector(table(factor(state$topic, seq_len(nrow(counts)) - 1))), unname(rowSums(counts)))
shares <- fread("mallet_doc_topics.txt", sep = "\t", quote = "", header = FALSE)
same("mallet_doc_topics", as.vector(as.matrix(shares[, -(1:2)])), as.vector(theta), 1e-4)
keys <- fread("mallet_keys.txt", sep = "\t", quote = "", header = FALSE)
same("alpha of mallet_keys", keys[[2]], alpha, 1e-3)
vis <- lapply(c(phi = "topic_term_dists", theta = "doc_topic_dists", n_d = "doc_lengths", n_w = "term_frequency"),
              function(name) read_npy(file.path("vis", paste0(name, ".npy"))))
same("ldavis: phi", as.vector(vis$phi), as.vector(phi), 1e-12)
same("ldavis: lengths", vis$n_d, unname(n_d[n_d > 0]))
same("ldavis: tokens of words", vis$n_w, unname(colSums(counts)))
stopifnot(identical(readLines("vis/vocab.txt", encoding = "UTF-8"), words), length(jsonlite::fromJSON("vis/ldavis.json")$topic.order) == nrow(counts))
same("gensim: counts", as.vector(read_npy("gensim/sstats.npy")), as.vector(counts))
same("gensim: alpha", read_npy("gensim/alpha.npy"), alpha, 1e-12)
bags <- strsplit(readLines("ldac/corpus.dat"), " ")
same("ldac: words of documents", as.integer(sapply(bags, `[`, 1)), unname(rowSums(as.matrix(corpus) > 0)))
same("ldac: phi", as.vector(as.matrix(fread("ldac/final.beta", header = FALSE, sep = " "))), log(as.vector(phi)), 1e-4)
cat("all exports are read\n")
