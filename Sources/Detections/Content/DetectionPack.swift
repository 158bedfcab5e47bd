public import SPL
public import Sigma
import Values
public import YAML

/// Everything that a hunt needs to know of its rules: detections with their compiled searches, and what their findings
/// are annotated with and raise.
public struct DetectionPack: Sendable {
    /// A detection, and what its search was compiled to.
    public struct Entry: Sendable {
        /// With everything but its search as the document has it.
        public var detection: Detection
        /// Whether the search was understood; a search that was may still ask for data that no schema has.
        public var outcome: Outcome
        /// What is in the way in the search, where it is not compiled.
        public var error: SPLError?

        /// What became of the search.
        public enum Outcome: Sendable {
            case compiled(CompiledSearch)
            /// The search uses what is not supported: file, column in the search, word and reason.
            case unsupported(String)
            /// The search, or a macro that it uses, is malformed.
            case invalid(String)
        }

        /// `nil` where it did not compile: ``outcome`` says why.
        public var search: CompiledSearch? {
            guard case .compiled(let search) = outcome else { return nil }
            return search
        }
    }

    /// In the order in which their files were given and found.
    public private(set) var entries: [Entry] = []
    /// Sigma rules, correlations and filters.
    public private(set) var sigma: SigmaCollection
    /// Everything that was found wrong or odd while loading, but for searches that do not compile.
    public private(set) var problems: [ContentProblem] = []
    /// Those of the problems by which something was no rule that was meant as one: a path without anything, a file that can't
    /// be read, a document that is broken.
    public private(set) var lostRules: [ContentProblem]
    /// Those of these by which files and folders could not be read at all.
    public private(set) var unread: [ContentProblem]
    /// All macros that searches were compiled with; of two definitions, the first counts.
    public private(set) var macros = MacroLibrary()
    /// Those named by the user, and those found where none were.
    public private(set) var folders: ContentFolders
    /// With the deployments and the table of techniques found in the folders, else ESCU's defaults and the built-in table.
    public private(set) var riskModel: RiskModel
    /// The tables that searches may look things up in.
    public let lookups: LookupFolders

    /// Loads rules from files and folders, finds what belongs to them beside or above, and compiles every search.
    ///
    /// - Parameters:
    ///   - paths: as for ``DetectionLoader/load(_:)``.
    ///   - folders: folders named by the user; for each kind that is empty, the nearest ones are used.
    ///   - takesAbsentForEmpty: whether a lookup that is nowhere is one without rows; else searches that name it are refused.
    public init(
        paths: [String], folders: ContentFolders = ContentFolders(), takesAbsentForEmpty: Bool = false,
        limits: YAMLLimits = YAMLLimits()
    ) {
        let contents = DetectionLoader(limits: limits).load(paths)
        sigma = SigmaCollection(contents.sigma)
        problems = contents.problems
        lostRules = contents.problems.filter { $0.severity == .error }
        unread = contents.unread
        problems += sigma.notes.map { ContentProblem(.warning, file: $0.file, mark: $0.mark, reason: $0.detail) }
        self.folders = folders
        self.folders.find(from: contents.detections.map(\.file))
        lookups = LookupFolders(
            self.folders.lookups, takesAbsentForEmpty: takesAbsentForEmpty, limits: limits)
        problems += lookups.problems
        riskModel = RiskModel(
            deployments: self.folders.loadDeployments(limits: limits, problems: &problems),
            enrichment: self.folders.loadEnrichment(problems: &problems))
        define(self.folders.loadMacros(limits: limits, problems: &problems))
        reportRepeatedIdentifiers(contents.detections)
        entries = contents.detections.concurrentMap { [macros, lookups] in
            Self.compile($0, macros: macros, lookups: lookups)
        }
    }

    private static func compile(
        _ detection: Detection, macros: MacroLibrary, lookups: LookupFolders
    ) -> Entry {
        do {
            let search = try SearchCompiler.compile(detection.search, macros: macros, lookups: lookups)
            return Entry(detection: detection, outcome: .compiled(search))
        } catch {
            let reason = "\(detection.file):\(detection.searchMark.line): search, \(error)"
            switch error.reason {
            case .unsupportedCommand, .unsupportedFunction, .unsupportedOption, .unsupportedConstruct:
                return Entry(detection: detection, outcome: .unsupported(reason), error: error)
            case .macro, .syntax:
                return Entry(detection: detection, outcome: .invalid(reason), error: error)
            }
        }
    }

    /// The first definition of a macro counts, so that a folder nearer to the rules or given first wins.
    private mutating func define(_ definitions: [MacroDefinition]) {
        var first: [MacroSignature: MacroDefinition] = [:]
        for macro in definitions {
            let signature = MacroSignature(name: macro.name, arity: macro.arguments.count)
            if let earlier = first[signature] {
                if earlier.definition != macro.definition || earlier.arguments != macro.arguments {
                    problems.append(
                        ContentProblem(
                            .warning, file: macro.file,
                            reason: "the macro \(macro.name) is defined differently in \(earlier.file), which counts"))
                }
                continue
            }
            first[signature] = macro
            macros.define(macro.name, arguments: macro.arguments, definition: macro.definition)
        }
    }

    private struct MacroSignature: Hashable {
        var name: String
        var arity: Int
    }

    private mutating func reportRepeatedIdentifiers(_ detections: [Detection]) {
        var files: [String: String] = [:]
        for detection in detections {
            if let earlier = files[detection.id] {
                problems.append(
                    ContentProblem(
                        .warning, file: detection.file,
                        reason: "has the id \(detection.id) of \(earlier); their findings look alike"))
            } else {
                files[detection.id] = detection.file
            }
        }
    }
}
