// The umbrella: `import Graft` gives everything that is public.
@_exported public import GraftCore
@_exported public import GraftFormats
@_exported public import GraftGraph
@_exported public import GraftImages
@_exported public import GraftLayers
@_exported public import GraftStore
@_exported public import GraftTraining
@_exported public import GraftZoo
