public import Sigma
import Values
public import YAML

/// Finds the detections of a file or a folder.
public struct DetectionLoader: Sendable {
    /// What each file may ask of the reader; one beyond them is a problem.
    public var limits: YAMLLimits

    /// - Parameter limits: for each file.
    public init(limits: YAMLLimits = YAMLLimits()) {
        self.limits = limits
    }

    /// What a path holds.
    public struct Contents: Sendable {
        /// In the order in which their files were given and found.
        public var detections: [Detection] = []
        /// Files with Sigma documents, each once.
        public var sigma: [SigmaFile] = []
        /// Other documents, with what they are.
        public var ignored: [(file: String, reason: String)] = []
        /// Files or documents that are broken, and what is odd about others.
        public var problems: [ContentProblem] = []
        /// Those of the problems by which files and folders could not be read at all.
        public var unread: [ContentProblem] = []

        /// Nothing found.
        public init() {}

        mutating func append(_ other: Contents) {
            detections += other.detections
            sigma += other.sigma
            ignored += other.ignored
            problems += other.problems
            unread += other.unread
        }

        mutating func lose(_ problem: ContentProblem) {
            problems.append(problem)
            unread.append(problem)
        }
    }

    /// Loads each path: a file, or all `.yml` and `.yaml` files of a folder and of those in it, in bytewise order of their
    /// paths. A file reached twice is loaded once. `builtin:` is the detection that the program ships.
    ///
    /// A document with `search` is a detection; one with `detection`, `correlation` or `filter` is Sigma. A broken file
    /// is a problem, and the others are loaded all the same. Nothing is thrown: a path that does not exist is a problem too.
    public func load(_ paths: [String]) -> Contents {
        var contents = Contents()
        var files: [(path: String, isNamed: Bool)] = []
        var visited: Set<FileIdentity> = []
        for path in paths {
            if path == BuiltInContent.prefix || path == BuiltInContent.seedName {
                files.append((BuiltInContent.seedName, true))
                continue
            }
            do {
                switch try ContentFiles.kind(of: path) {
                case .folder:
                    var unlisted: [ContentProblem] = []
                    let found = ContentFiles.files(under: path, extensions: Self.extensions, problems: &unlisted)
                    for problem in unlisted { contents.lose(problem) }
                    if found.isEmpty {
                        contents.problems.append(
                            ContentProblem(.warning, file: path, reason: "has no .yml or .yaml file in it"))
                    }
                    for file in found where Self.isNew(file, &visited) { files.append((file, false)) }
                case .file where !Self.isNew(path, &visited): continue
                case .file, .other: files.append((path, true))
                }
            } catch {
                contents.lose(error)
            }
        }
        for loaded in files.concurrentMap({ load(file: $0.path, isNamed: $0.isNamed) }) { contents.append(loaded) }
        return contents
    }

    private static func isNew(_ file: String, _ visited: inout Set<FileIdentity>) -> Bool {
        guard let identity = FileIdentity(file) else { return true }
        return visited.insert(identity).inserted
    }

    static let extensions: Set<String> = ["yml", "yaml"]

    private static func hasExtension(_ file: String) -> Bool {
        extensions.contains { file.lowercased().hasSuffix(".\($0)") }
    }

    /// - Parameter isNamed: the user named this very file, so that something else in it is worth a word.
    private func load(file: String, isNamed: Bool) -> Contents {
        var contents = Contents()
        if file == BuiltInContent.seedName {
            load(BuiltInContent.seedDetection, file: file, isNamed: isNamed, into: &contents)
            return contents
        }
        do {
            load(try ContentFiles.read(file), file: file, isNamed: isNamed, into: &contents)
        } catch {
            contents.lose(error)
        }
        return contents
    }

    /// Loads the documents of a text.
    ///
    /// - Parameters:
    ///   - file: what to call it in messages.
    ///   - isNamed: the user named this very file, so that something else in it is worth a word.
    func load(_ bytes: [UInt8], file: String, isNamed: Bool, into contents: inout Contents) {
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes, file: file, limits: limits)
        } catch {
            if DocumentKind.looksLikeSigma(bytes) {
                // A rule that can't even be read is a rule all the same, and is told as one; the others of its file run.
                let (parts, warnings) = YAMLStream.parts(of: bytes, file: file, limits: limits)
                contents.problems += warnings.map { ContentProblem($0, severity: .warning) }
                let isDetection = { (part: YAMLStream.Part) -> Bool in
                    if case .document(let document) = part { DocumentKind(document).isDetection } else { false }
                }
                for case .document(let document) in parts.filter(isDetection) {
                    add(document, file: file, isNamed: isNamed, to: &contents)
                }
                contents.sigma.append(SigmaFile(parts.filter { !isDetection($0) }, file: file))
            } else {
                var problem = ContentProblem(error)
                if isNamed, !Self.hasExtension(file) {
                    problem.reason += "; rules are YAML files, and archives are named without an option"
                }
                contents.problems.append(problem)
            }
            return
        }
        contents.problems += stream.warnings.map { ContentProblem($0, severity: .warning) }
        if stream.documents.isEmpty {
            contents.ignored.append((file, "an empty file"))
            if isNamed {
                contents.problems.append(
                    ContentProblem(.warning, file: file, reason: "is empty: there is no rule in it"))
            }
        }
        guard stream.documents.contains(where: { DocumentKind($0).isSigma }) else {
            for document in stream.documents { add(document, file: file, isNamed: isNamed, to: &contents) }
            return
        }
        // What the documents of a Sigma file are depends on those before them.
        let others = stream.documents.filter { DocumentKind($0).isDetection }
        for document in others { add(document, file: file, isNamed: isNamed, to: &contents) }
        contents.sigma.append(
            SigmaFile(stream.documents.filter { !DocumentKind($0).isDetection }, file: file))
    }

    private func add(_ document: YAMLNode, file: String, isNamed: Bool, to contents: inout Contents) {
        switch DocumentKind(document) {
        case .detection:
            do {
                contents.detections.append(try Detection(document, file: file, problems: &contents.problems))
            } catch {
                contents.problems.append(error)
            }
        case .detectionWithoutSearch:
            contents.problems.append(
                ContentProblem(
                    .error, file: file, mark: document.mark, reason: "the key search is missing; a detection needs it"))
        case .sigma: contents.sigma.append(SigmaFile([document], file: file))
        case .macro: contents.ignored.append((file, "a macro"))
        case .deployment: contents.ignored.append((file, "a deployment"))
        case .other(let reason):
            contents.ignored.append((file, reason))
            guard isNamed else { return }
            // Of a file that is something else altogether, its first place tells nothing.
            let isText = document.mapping == nil && !document.isNull
            let why =
                isText
                ? "is no rule: a rule is a YAML document with the key search, detection or correlation; "
                    + "an SPL search as such is run by `trawl search`"
                : "holds no rule but \(reason)"
            contents.problems.append(
                ContentProblem(.warning, file: file, mark: isText ? nil : document.mark, reason: why))
        }
    }
}
