import YAML

/// Where the things are that searches and their annotations need beside the rules.
public struct ContentFolders: Sendable {
    /// Macro definitions, YAML: folders or single files.
    public var macros: [String] = []
    /// Tables, and `mitre_enrichment.csv`.
    public var lookups: [String] = []
    /// Defaults by type of detection, YAML: folders or single files.
    public var deployments: [String] = []

    /// - Parameter macros: folders or files, as `lookups` and `deployments`; where a kind is empty, the nearest are looked for.
    public init(macros: [String] = [], lookups: [String] = [], deployments: [String] = []) {
        self.macros = macros
        self.lookups = lookups
        self.deployments = deployments
    }

    /// Whether an existing file is content at one of some paths: named itself, or in a folder that is, with the ending of content.
    public static func hold(_ file: String, anyOf paths: [String]) -> Bool {
        guard ContentFiles.isFile(file), let own = ContentFiles.absolute(file) else { return false }
        let endings = DetectionLoader.extensions.union(["csv"])
        let isContent = endings.contains { own.lowercased().hasSuffix(".\($0)") }
        return paths.lazy.compactMap(ContentFiles.absolute).contains { place in
            own == place || isContent && own.hasPrefix(ContentFiles.join(place, ""))
        }
    }

    /// Adds the nearest folders named `macros`, `lookups` and `deployments` beside or above each of some files, where none
    /// was given.
    mutating func find(from files: [String]) {
        let areGiven = (!macros.isEmpty, !lookups.isEmpty, !deployments.isEmpty)
        var seen: Set<String> = []
        for file in files where seen.insert(ContentFiles.parent(of: file)).inserted {
            if !areGiven.0 { Self.add("macros", near: file, to: &macros) }
            if !areGiven.1 { Self.add("lookups", near: file, to: &lookups) }
            if !areGiven.2 { Self.add("deployments", near: file, to: &deployments) }
        }
    }

    private static func add(_ name: String, near file: String, to folders: inout [String]) {
        guard let folder = ContentFiles.nearest(name, from: file), !folders.contains(folder) else { return }
        folders.append(folder)
    }

    /// The macros of all folders, in bytewise order of their files.
    func loadMacros(limits: YAMLLimits, problems: inout [ContentProblem]) -> [MacroDefinition] {
        var definitions: [MacroDefinition] = []
        eachDocument(of: macros, limits: limits, problems: &problems) { document, file, problems in
            do throws(ContentProblem) {
                definitions.append(try MacroDefinition(document, file: file, problems: &problems))
            } catch {
                problems.append(error)
            }
        }
        return definitions
    }

    /// ESCU's defaults, replaced by what the folders have.
    func loadDeployments(limits: YAMLLimits, problems: inout [ContentProblem]) -> Deployments {
        var loaded = Deployments()
        var files: [DetectionType: String] = [:]
        eachDocument(of: deployments, limits: limits, problems: &problems) { document, file, problems in
            do throws(ContentProblem) {
                let deployment = try Deployment(document, file: file, problems: &problems)
                if let earlier = files[deployment.type] {
                    if loaded[deployment.type] != deployment {
                        problems.append(
                            ContentProblem(
                                .warning, file: file,
                                reason: "another deployment of the type \(deployment.type.rawValue) than \(earlier), "
                                    + "which counts"))
                    }
                    return
                }
                files[deployment.type] = file
                loaded[deployment.type] = deployment
            } catch {
                problems.append(error)
            }
        }
        return loaded
    }

    /// The first `mitre_enrichment.csv` of the lookup folders, or what is built in.
    func loadEnrichment(problems: inout [ContentProblem]) -> AttackEnrichment {
        for folder in lookups {
            let file = ContentFiles.join(folder, "mitre_enrichment.csv")
            guard ContentFiles.isFile(file) else { continue }
            do {
                return try AttackEnrichment(csv: try ContentFiles.read(file), file: file)
            } catch {
                problems.append(error)
            }
        }
        return .builtIn
    }

    private func eachDocument(
        of folders: [String], limits: YAMLLimits, problems: inout [ContentProblem],
        _ body: (YAMLNode, String, inout [ContentProblem]) -> Void
    ) {
        for folder in folders {
            do throws(ContentProblem) {
                let files =
                    switch try ContentFiles.kind(of: folder) {
                    case .folder:
                        ContentFiles.files(
                            under: folder, extensions: DetectionLoader.extensions, problems: &problems)
                    case .file, .other: [folder]
                    }
                for file in files { eachDocument(of: file, limits: limits, problems: &problems, body) }
            } catch {
                problems.append(error)
            }
        }
    }

    private func eachDocument(
        of file: String, limits: YAMLLimits, problems: inout [ContentProblem],
        _ body: (YAMLNode, String, inout [ContentProblem]) -> Void
    ) {
        do throws(ContentProblem) {
            let stream = try yaml(file, limits: limits)
            problems += stream.warnings.map { ContentProblem($0, severity: .warning) }
            for document in stream.documents where !document.isNull { body(document, file, &problems) }
        } catch {
            problems.append(error)
        }
    }

    private func yaml(_ file: String, limits: YAMLLimits) throws(ContentProblem) -> YAMLStream {
        let bytes = try ContentFiles.read(file)
        do {
            return try YAMLStream(bytes, file: file, limits: limits)
        } catch {
            throw ContentProblem(error)
        }
    }
}
