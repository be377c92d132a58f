// What the unit hangs on: a plate on its back, and a foot for a tripod, a wall or a rail. One M5 screw is the hinge; it
// tilts the unit up and down. Printed as they lie, prongs up.
include <common.scad>

part = "plate";       // plate, tripod, wall, rail
mount_holes = 34;     // as in unit.scad
tripod_nut = 11.3;    // across flats, of 1/4"-20
tripod_nut_h = 5.8;
tripod_free = 6.8;
tube = "across";      // how the rail's tube lies: across (level) or upright

module hinge_plate() {
    t = 5;
    difference() {
        translate([-23, -23, 0]) rounded([46, 46, t], 4);
        for (x = [-1, 1], y = [-1, 1]) translate([x * mount_holes / 2, y * mount_holes / 2, -eps]) {
            cylinder(d = m3_free, h = t + 2 * eps);
            translate([0, 0, t - 2.6]) hexagon(m3_nut, 3);
        }
    }
    translate([0, 0, t - eps]) prongs(three);
}

module tripod() {
    t = 13;
    difference() {
        translate([-15, -15, 0]) rounded([30, 30, t], 4);
        translate([0, 0, -eps]) cylinder(d = tripod_free, h = t);
        // the nut is pushed in from the side
        translate([0, 0, 4]) rotate(30) hexagon(tripod_nut, tripod_nut_h);
        translate([-tripod_nut / 2, -20, 4]) cube([tripod_nut, 20, tripod_nut_h]);
    }
    translate([0, 0, t - eps]) prongs(two);
}

module wall_plate() {
    t = 6;
    difference() {
        translate([-20, -40, 0]) rounded([40, 80, t], 4);
        for (y = [-29, 29]) translate([0, y, -eps]) {
            cylinder(d = 5, h = t + 2 * eps);
            translate([0, 0, t - 3]) cylinder(d1 = 5, d2 = 10.6, h = 3 + 2 * eps);
        }
    }
    translate([0, 0, t - eps]) prongs(two);
}

// Its groove takes tubes of 20 to 60 mm; two hose clamps go through the slots.
module rail() {
    size = [56, 46, 26];
    groove = 16;
    difference() {
        translate([-size[0] / 2, -size[1] / 2, 0]) rounded(size, 4);
        rotate([90, 0, 90]) translate([0, 0, -size[0]]) linear_extrude(2 * size[0])
            polygon([[-groove, -eps], [groove, -eps], [0, groove]]);
        for (x = [-20, 20]) translate([x - 6.5, -size[1], 18.5]) cube([13, 2 * size[1], 3.2]);
    }
    translate([0, 0, size[2] - eps]) rotate(tube == "upright" ? 90 : 0) prongs(two);
}

if (part == "plate") hinge_plate();
if (part == "tripod") tripod();
if (part == "wall") wall_plate();
if (part == "rail") rail();
