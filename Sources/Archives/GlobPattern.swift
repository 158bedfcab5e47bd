import Glibc
import Values

/// A path pattern as shells know it: `*`, `?` and `[...]` within a name, `**` for any folders. As in the shell, a leading
/// dot is only matched by a dot.
struct GlobPattern {
    private let root: [UInt8]
    private let components: [[UInt8]]
    /// Whether it ends with a slash, and so matches folders alone.
    private let takesFolders: Bool

    private static let anyFolders = Array("**".utf8)

    static func isPattern(_ path: [UInt8]) -> Bool {
        path.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    init(_ pattern: [UInt8]) {
        root = pattern.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
        takesFolders = pattern.last == UInt8(ascii: "/")
        components = pattern.split(separator: UInt8(ascii: "/")).map(Array.init)
    }

    /// What matches, and what could not be looked into.
    struct Matches {
        /// Bytewise sorted, each once.
        var paths: [[UInt8]] = []
        /// Bytewise sorted by their paths: there may be matches in them.
        var unread: [(path: [UInt8], error: SystemError)] = []
    }

    /// Looks for the paths that match.
    func matches() -> Matches {
        var found = Found()
        collect(root, components[...], &found)
        if takesFolders {
            for path in found.paths where !isFolder(path, followingLinks: true, &found) { found.paths.remove(path) }
        }
        return Matches(
            paths: found.paths.sorted { $0.lexicographicallyPrecedes($1) },
            unread: found.unread.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) })
    }

    private struct Found {
        var paths: Set<[UInt8]> = []
        var unread: [[UInt8]: SystemError] = [:]

        /// What is not there, or no folder, or a link that leads nowhere has nothing that could match.
        mutating func note(_ error: SystemError, at path: [UInt8]) {
            if ![ENOENT, ENOTDIR, ELOOP].contains(error.number) { unread[path] = error }
        }
    }

    private func collect(_ base: [UInt8], _ rest: ArraySlice<[UInt8]>, _ found: inout Found) {
        guard let component = rest.first else {
            found.paths.insert(base)
            return
        }
        let remaining = rest.dropFirst()
        if component == Self.anyFolders {
            // No folder at all, or one more; links are not followed here, so there are no loops.
            if !remaining.isEmpty { collect(base, remaining, &found) }
            for name in names(in: base, &found) where name.first != UInt8(ascii: ".") {
                let path = joined(base, name)
                if isFolder(path, followingLinks: false, &found) {
                    if takesFolders, remaining.isEmpty { found.paths.insert(path) }
                    collect(path, rest, &found)
                } else if remaining.isEmpty {
                    found.paths.insert(path)
                }
            }
        } else if Self.isPattern(component) {
            for name in names(in: base, &found) where Self.matches(component, name) {
                let path = joined(base, name)
                if remaining.isEmpty {
                    found.paths.insert(path)
                } else if isFolder(path, followingLinks: true, &found) {
                    collect(path, remaining, &found)
                }
            }
        } else {
            let path = joined(base, component)
            if remaining.isEmpty {
                if path.withCString({ access($0, F_OK) }) == 0 {
                    found.paths.insert(path)
                } else {
                    found.note(SystemError(errno), at: path)
                }
            } else if isFolder(path, followingLinks: true, &found) {
                collect(path, remaining, &found)
            }
        }
    }

    private func names(in folder: [UInt8], _ found: inout Found) -> [[UInt8]] {
        let folder = folder.isEmpty ? [UInt8(ascii: ".")] : folder
        switch folderEntries(folder) {
        case .success(let names): return names
        case .failure(let error):
            found.note(error, at: folder)
            return []
        }
    }

    private func isFolder(_ path: [UInt8], followingLinks: Bool, _ found: inout Found) -> Bool {
        var status = stat()
        guard path.withCString({ followingLinks ? stat($0, &status) : lstat($0, &status) }) == 0 else {
            found.note(SystemError(errno), at: path)
            return false
        }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        // Bytewise, as no locale is set.
        pattern.withCString { pattern in name.withCString { fnmatch(pattern, $0, FNM_PERIOD) } } == 0
    }
}
