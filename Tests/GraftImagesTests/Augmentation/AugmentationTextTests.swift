import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct AugmentationTextTests {
  @Test func textIsTheBuildersList() throws {
    let built = try Augmentation([
      .randomFlip(.horizontal), .randomRotation(0.1), .randomZoom(0.2),
      .randomTranslation(height: 0.1, width: 0.2, fillMode: .constant(127)), .randomResizedCrop(),
      .randomBrightness(0.2),
      .randomContrast(factor: 0.8...1.5), .randomSaturation(0.2), .randomHue(0.1),
      .randomErasing(0.25, fill: .constant(0)), .randAugment(operations: 2, magnitude: 9), .mixup(), .cutmix(),
    ])
    let text = """
      flip, rotation=0.1,zoom=0.2 ,translation=0.1:0.2:constant(127),crop,brightness=0.2,contrast=0.8..1.5,saturation=0.2,\
      hue=0.1,erasing=0.25:constant,randaugment,mixup,cutmix
      """
    #expect(try Augmentation(parsing: text) == built)
    #expect(
      built.description == """
        flip=horizontal,rotation=0.1,zoom=0.2,translation=0.1:0.2:constant(127),crop=0.5..1:0.75..1.3333333333333333,\
        brightness=0.2,contrast=0.8..1.5,saturation=0.2,hue=0.1,erasing=0.25:0.02..0.33:constant(0),randaugment=2:9,\
        mixup=0.2,cutmix=1
        """)
  }

  @Test(arguments: [
    "none", "flip=vertical", "flip=both", "rotation=-0.1..0.2:nearest", "zoom=-0.5..0:0.1:wrap", "zoom=0.3:wrap",
    "translation=-0.1..0.1:0..0.3", "crop=0.08..1:0.5..2", "hue=0.1..0.2", "erasing=1:0.1..0.2:constant(3.5)",
    "randaugment=1:4.5", "mixup=0.4,cutmix=0.5", "light", "standard", "strong", AugmentationTests.everything,
  ])
  func textAndJSONLeadBack(_ text: String) throws {
    let augmentation = try Augmentation(parsing: text)
    #expect(try Augmentation(parsing: augmentation.description) == augmentation)
    let data = try JSONEncoder().encode(augmentation)
    #expect(try JSONDecoder().decode(Augmentation.self, from: data) == augmentation)
    #expect(try Augmentation(configuration: augmentation.configuration) == augmentation)
  }

  @Test func presetsSayWhatTheyMean() throws {
    #expect(Augmentation.light.description == "flip=horizontal,translation=0.05:0.05,zoom=0.1")
    #expect(
      try Augmentation(parsing: "standard,mixup=0.1").operations == Augmentation.standard.operations + [
        .mixup(alpha: 0.1)
      ])
    for preset in Augmentation.Preset.allCases {
      #expect(try Augmentation(preset.augmentation.operations) == preset.augmentation)
    }
    #expect(Augmentation.none.description == "none")
    #expect(Augmentation.strong.isMixing && !Augmentation.standard.isMixing)
  }

  @Test(arguments: [
    (
      "rotaton=0.1", "Unknown augmentation 'rotaton'; the nearest name is 'rotation'. Expected names of flip, rotation,"
    ),
    ("standart", "Unknown augmentation 'standart'; the nearest name is 'standard'."),
    ("flip,,zoom=1", "Unknown augmentation ''"),
    ("flip=sideways", "'flip', mode: expected horizontal, vertical or both, as in flip=horizontal. Received: sideways"),
    ("flip=0.5", "Augmentation 'flip': expected something like flip=horizontal. Received: '0.5'"),
    ("rotation", "'rotation', factor: expected a number or a range LOW..HIGH, as in rotation=0.1. Received: nothing"),
    ("rotation=", "Augmentation 'rotation': expected something like rotation=0.1. Received: ''"),
    ("rotation=0.1:0.2", "Augmentation 'rotation': expected something like rotation=0.1. Received: '0.2'"),
    (
      "rotation=0.1:mirror",
      "'rotation', fill_mode: expected reflect, nearest, wrap or constant(GRAY), as in rotation=0.1. Received: mirror"
    ),
    ("rotation=1.5", "'rotation', factor: expected a number within 0..1. Received: 1.5"),
    (
      "brightness=nan",
      "'brightness', factor: expected a number or a range LOW..HIGH, as in brightness=0.2. Received: nan"
    ),
    ("rotation=0.2..0.1", "Augmentation 'rotation': expected something like rotation=0.1. Received: '0.2..0.1'"),
    ("zoom=-2..0", "'zoom', height: expected a range within -0.99..1. Received: -2..0"),
    ("crop=0.5", "'crop', scale: expected a range LOW..HIGH, as in crop=0.5..1:0.75..1.33. Received: 0.5"),
    ("crop=0..1", "'crop', scale: expected a range within 0.0001..1. Received: 0..1"),
    ("contrast=-0.1", "'contrast', factor: expected a number within 0..1. Received: -0.1"),
    ("translation=0.1:constant(256)", "'translation', constant: expected a number within 0..255. Received: 256"),
    ("randaugment=2.5", "'randaugment', operations: expected a whole number, as in randaugment=2:9. Received: 2.5"),
    ("randaugment=0", "'randaugment', operations: expected a number within 1..16. Received: 0"),
    ("randaugment=2:11", "'randaugment', magnitude: expected a number within 0..10. Received: 11"),
    ("mixup=-1", "'mixup', alpha: expected a number within 0..1000. Received: -1"),
    ("mixup,flip,mixup", "Augmentation 'mixup': expected at most once. Received: 2 times"),
    ("crop,crop", "Augmentation 'crop': expected at most once. Received: 2 times"),
  ])
  func saysWhatIsWrong(_ text: String, _ words: String) {
    let error = #expect(throws: GraftError.self) { try Augmentation(parsing: text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func buildersAreCheckedToo() {
    #expect(throws: GraftError.self) { try Augmentation([.randomBrightness(1.5)]) }
    #expect(throws: GraftError.self) { try Augmentation([.randomZoom(.nan)]) }
  }

  @Test(arguments: [
    #"{"name":"flip"}"#, #"["flip"]"#, #"[{"factor":0.1}]"#, #"[{"name":"rotation","factor":0.1,"angle":3}]"#,
    #"[{"name":"rotation","factor":[0.2,0.1]}]"#, #"[{"name":"rotation","factor":7}]"#, #"[{"name":"spin"}]"#,
  ])
  func damagedConfigurationsAreRefused(_ json: String) {
    #expect(throws: GraftError.self) { try JSONDecoder().decode(Augmentation.self, from: Data(json.utf8)) }
  }
}
