import Detections
import SPL

/// Macros for a search given on the command line.
enum MacroFolders {
    /// The built-in macros, with those of folders before them; of two definitions, that of the folder named first counts.
    static func library(_ folders: [String]) throws(CommandFailure) -> MacroLibrary {
        if folders.isEmpty { return MacroLibrary() }
        for folder in folders { try Folder.check(folder) }
        return DetectionPack(paths: [], folders: ContentFolders(macros: folders)).macros
    }
}
